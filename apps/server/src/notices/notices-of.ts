import type { ExpiringCertificate, NoticeLine, Requester } from './expiry-store.ts'
import type { NoticeSettings } from './notice-settings.ts'

const DAY = 86_400_000

/**
 * Whether a threshold says anything about a certificate: it has to lie in the second half of its life. One of seven days is told of on
 * its last, and not at its birth that it ends within thirty. What the installation renews by itself is told to nobody.
 */
export function isWorthTelling({ notBefore, notAfter, evidence }: ExpiringCertificate, days: number): boolean {
  if (evidence?.by === 'system' && evidence.purpose !== 'intermediate-ca') return false
  // A certificate of sixty days lives a second less: a day more or less is no matter.
  return days * DAY * 2 <= notAfter - notBefore + DAY
}

/** Whom a certificate's end is told to, each once. */
export function recipients(
  { names }: ExpiringCertificate,
  settings: NoticeSettings,
  requester: Requester | undefined,
): readonly Requester[] {
  const told = new Map<string, Requester>()
  const tell = (one: Requester) => {
    const before = told.get(one.address)
    told.set(one.address, { address: one.address, outside: one.outside && (before?.outside ?? true) })
  }
  if (settings.requester && requester !== undefined) tell(requester)
  if (settings.certificateAddresses) {
    for (const name of names) if (ADDRESS.test(name)) tell({ address: name, outside: true })
  }
  for (const address of settings.contacts) tell({ address, outside: false })
  return [...told.values()]
}

/** Names of other kinds have no `@`, but for URIs, which have a colon. */
const ADDRESS = /^[^\s@:/]+@[^\s@:/]+$/

/** A certificate in a line of a notice. */
export function lineOf(certificate: ExpiringCertificate): NoticeLine {
  const { id, authorityName, authorityPublicId, notAfter, renewable } = certificate
  return {
    certificate: id,
    name: nameOf(certificate),
    authority: authorityName,
    notAfter,
    ...(renewable && { renewAt: authorityPublicId }),
  }
}

/** What people call a certificate: its first name, else its subject, else its serial number. */
function nameOf({
  names,
  subject,
  serialNumber,
}: Pick<ExpiringCertificate, 'names' | 'subject' | 'serialNumber'>): string {
  const name = names.find((one) => !one.startsWith('.'))
  return name ?? (subject === '' ? `serial number ${serialNumber}` : subject)
}
