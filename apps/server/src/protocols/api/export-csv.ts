import { setImmediate as nextTurn } from 'node:timers/promises'
import type { CertificateFilter, CertificateRegister } from '../../certificates/certificate-register.ts'
import type { NameOf } from './names-once.ts'
import { presentSummary } from './present-certificate.ts'

const PAGE = 100

type Summary = ReturnType<typeof presentSummary>

const COLUMNS: Readonly<Record<string, (summary: Summary, nameOf: NameOf) => string | Promise<string> | undefined>> = {
  status: ({ status }) => status,
  subject: ({ subject }) => subject,
  'alternative names': ({ subjectAltNames }) => subjectAltNames.map(({ type, value }) => `${type}:${value}`).join(' '),
  'serial number': ({ serialNumber }) => serialNumber,
  'valid from': ({ notBefore }) => notBefore,
  'valid to': ({ notAfter }) => notAfter,
  'issued at': ({ issuedAt }) => issuedAt,
  CA: async ({ authority }, nameOf) => (await nameOf(authority)) ?? authority,
  template: async ({ template }, nameOf) => (template === undefined ? '' : ((await nameOf(template)) ?? template)),
  'revoked at': ({ revocation }) => revocation?.revokedAt,
  reason: ({ revocation }) => revocation?.reason,
  'SHA-256': ({ fingerprint }) => fingerprint,
  id: ({ id }) => id,
}

/**
 * A list of certificates as CSV (RFC 4180), a page at a time, with a line of headings; `nameOf` names CAs and templates. Between two pages others have their turn.
 * Whoever opens it in a spreadsheet is not made to compute what somebody had certified as a name.
 */
export async function* exportCsv(
  filter: CertificateFilter,
  now: number,
  certificates: CertificateRegister,
  nameOf: NameOf,
): AsyncGenerator<string> {
  const columns = Object.entries(COLUMNS)
  yield lineOf(columns.map(([heading]) => heading))
  for (let after: string | undefined; ; ) {
    const page = await certificates.list(filter, now, { limit: PAGE, ...(after !== undefined && { after }) })
    let lines = ''
    for (const item of page.items) {
      const summary = presentSummary(item, now)
      lines += lineOf(await Promise.all(columns.map(async ([, valueIn]) => (await valueIn(summary, nameOf)) ?? '')))
    }
    if (lines !== '') yield lines
    after = page.next
    if (after === undefined) return
    await nextTurn()
  }
}

/** What a spreadsheet would take for a formula begins with an apostrophe. */
function lineOf(values: readonly string[]): string {
  return `${values.map((value) => quoted(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value)).join(',')}\r\n`
}

function quoted(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}
