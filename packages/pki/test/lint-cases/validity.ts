import type { Draft } from '../../src/index.ts'
import { type Ca, DAY, rootCa, starter } from '../world.ts'

import { type LintCases, plainCa } from './lint-case.ts'

/** Puts bytes in place of others and mends the length of the TBSCertificate, which is two octets long. */
function spliced(tbs: Uint8Array, at: number, removed: number, inserted: readonly number[]): Uint8Array {
  const bytes = [...tbs.subarray(0, at), ...inserted, ...tbs.subarray(at + removed)]
  const length = bytes.length - 4
  bytes[2] = length >> 8
  bytes[3] = length & 0xff
  return Uint8Array.from(bytes)
}

/** The end of the issuer in the bytes, where validity begins. */
const validityAt = (tbs: Uint8Array, { issuer }: Draft) => indexOf(tbs, issuer.der) + issuer.der.length
const indexOf = (bytes: Uint8Array, part: Uint8Array) => bytes.toHex().indexOf(part.toHex()) / 2

/** notAfter as GeneralizedTime though it is before 2050. */
function lateForm(tbs: Uint8Array, draft: Draft): Uint8Array {
  const validity = validityAt(tbs, draft)
  const notAfter = validity + 2 + 15
  const longer = spliced(tbs, notAfter, 2, [0x18, 0x0f, 0x32, 0x30])
  longer[validity + 1] = 0x20
  return longer
}
const SHORT = { backdateMinutes: 0, beyondIssuer: 'clamp' } as const
const shortRoot = rootCa({ validity: { days: 30 } })
/** An intermediate that outlives its root: others have made such ones. */
const belowShortRoot: Ca = {
  key: plainCa.key,
  issuer: { ...plainCa.issuer, chain: [plainCa.issuer.certificate, ...shortRoot.issuer.chain] },
}

export const validityCases: Readonly<Record<string, LintCases>> = {
  validityEndsAfterItBegins: {
    breaks: [{ draft: ({ notBefore }) => ({ notAfter: notBefore }) }],
    keeps: [{ draft: ({ notBefore }) => ({ notAfter: notBefore + 1000 }) }],
  },
  validityIsWithinIssuers: {
    breaks: [
      { draft: () => ({ notAfter: plainCa.issuer.certificate.notAfter + 1000 }) },
      { draft: () => ({ notBefore: plainCa.issuer.certificate.notBefore - 1000 }) },
    ],
    keeps: [
      {
        draft: () => ({
          notAfter: plainCa.issuer.certificate.notAfter,
          notBefore: plainCa.issuer.certificate.notBefore,
        }),
      },
    ],
  },
  validityIsWithinChains: {
    breaks: [{ ca: belowShortRoot }],
    keeps: [
      { ca: belowShortRoot, profile: { ...starter('Web Server'), validity: { ...SHORT, default: { days: 10 } } } },
    ],
  },
  datesHaveTheFormOfTheirYear: {
    breaks: [{ bytes: lateForm }],
    keeps: [
      { draft: () => ({ notAfter: Date.UTC(2050, 0) }) },
      { draft: () => ({ notAfter: Date.UTC(2050, 0) - 1000 }) },
    ],
  },
  thereAreNoUniqueIdentifiers: {
    breaks: [
      {
        bytes: (tbs, { publicKey }) =>
          spliced(tbs, indexOf(tbs, publicKey.der) + publicKey.der.length, 0, [0x81, 2, 0, 1]),
      },
    ],
    keeps: [{}],
  },
  serverValidityIsAccepted: {
    breaks: [{ draft: ({ notBefore }) => ({ notAfter: notBefore + 825 * DAY }) }],
    keeps: [
      { draft: ({ notBefore }) => ({ notAfter: notBefore + 825 * DAY - 1000 }) },
      { profile: starter('Client Authentication'), draft: ({ notBefore }) => ({ notAfter: notBefore + 900 * DAY }) },
    ],
  },
}
