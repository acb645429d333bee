import type { LintCases } from './lint-case.ts'

export const serialCases: Readonly<Record<string, LintCases>> = {
  serialNumberFits: {
    breaks: [
      { draft: () => ({ serialNumber: 0n }) },
      { draft: () => ({ serialNumber: -(1n << 100n) }) },
      { draft: () => ({ serialNumber: 1n << 159n }) },
    ],
    keeps: [{ draft: () => ({ serialNumber: (1n << 159n) - 1n }) }],
  },
  serialNumberIsUnpredictable: {
    breaks: [{ draft: () => ({ serialNumber: (1n << 64n) - 1n }) }],
    keeps: [{ draft: () => ({ serialNumber: 1n << 64n }) }],
  },
  versionIs3: { breaks: [{ draft: () => ({ extensions: [] }) }], keeps: [{}] },
}
