import { parseHead } from '../audit/chain.ts'
import type { Finding } from '../audit/finding.ts'
import type { Output } from './action-shapes.ts'
import { type Command, type OptionValues, optionalText, UsageError } from './command.ts'
import { atInstallation } from './reach-installation.ts'

/** The audit is not what was sealed. */
class AuditBroken extends Error {
  override readonly name = 'AuditBroken'
}

const verifyCommand: Command = {
  name: 'audit verify',
  summary: 'Checks that the audit is what was sealed',
  details: `Finds records that were edited, removed, inserted or reordered, an end that was cut off, and heads that were forged, and
says how many records are not sealed yet. Exit code 1 when anything is found. docs/audit.md says what a seal proves.`,
  options: {
    head: {
      value: 'NUMBER:DIGEST',
      meaning: 'a head that was known, e.g. from the log or an export: the chain must hold it',
    },
  },
  run: async ({ options, config, io }) => {
    const known = optionalText(options, 'head')
    if (known !== undefined && parseHead(known) === undefined) {
      throw new UsageError('--head is written as a number, a colon and 64 hexadecimal digits.')
    }
    const count = { seals: 0, records: 0, findings: 0 }
    const tell = (findings: readonly Finding[]) => {
      for (const { kind, message } of findings) io.out(`${kind}: ${message}\n`)
      count.findings += findings.length
    }
    await atInstallation(config, async (ask) => {
      for (let after: number | undefined = 0; after !== undefined; ) {
        const step: Output<'audit-verify'> = await ask('audit-verify', { after, ...(known !== undefined && { known }) })
        count.seals += step.seals
        count.records += step.records
        tell(step.findings)
        if (step.end !== undefined) {
          io.out(`${count.records} records under ${count.seals} seals were checked; the head is ${step.end.head}.\n`)
          io.out(`${step.end.unsealed} records are not sealed yet.\n`)
          if (step.end.restored !== undefined) io.out(`${step.end.restored}\n`)
        }
        after = step.next
      }
    })
    if (count.findings > 0) throw new AuditBroken('The audit is not what was sealed; what was found stands above.')
  },
}

const exportCommand: Command = {
  name: 'audit export',
  summary: 'Writes the audit to standard output, one JSON object on each line',
  details: `Records in the order of their chain, each with its link, and after those of each seal the seal. docs/audit.md describes the
lines, and how a program of yours checks them.`,
  options: {
    tenant: { value: 'ID', meaning: 'of one tenant; of all when not given' },
    from: { value: 'TIME', meaning: 'from then on: 2026-11-27T00:00:00Z or 2026-11-27' },
    to: { value: 'TIME', meaning: 'until then, the same' },
  },
  run: async ({ options, config, io }) => {
    const tenant = optionalText(options, 'tenant')
    const range = { ...(await momentIn(options, 'from')), ...(await momentIn(options, 'to')) }
    await atInstallation(config, async (ask) => {
      const ofWhat = { ...range, ...(tenant !== undefined && { tenant }) }
      for (let step: Output<'audit-export'> = await ask('audit-export', ofWhat); ; ) {
        io.out(step.lines.map((line) => `${line}\n`).join(''))
        if (step.next === undefined) return
        step = await ask('audit-export', { ...ofWhat, after: step.next })
      }
    })
  },
}

/** `chancery audit verify | export` */
export const auditCommands: readonly Command[] = [verifyCommand, exportCommand]

async function momentIn<Name extends 'from' | 'to'>(
  options: OptionValues,
  name: Name,
): Promise<{ readonly [N in Name]?: number }> {
  const text = optionalText(options, name)
  if (text === undefined) return {}
  const { fromTimestamp, isTimestamp } = await import('@chancery/api')
  const moment = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text
  if (!isTimestamp(moment)) throw new UsageError(`--${name} is no moment: write 2026-11-27T09:30:00Z or 2026-11-27.`)
  const range: { [N in 'from' | 'to']?: number } = { [name]: fromTimestamp(moment) }
  return range
}
