import { Refusal } from '@chancery/pki'
import { type CrlReason, crlReasonOf } from '@chancery/x509'
import type { CertificateRegister, RegisteredCertificate } from '../certificates/certificate-register.ts'
import type { MailDesk } from '../mail/mail-desk.ts'
import type { MailStore } from '../mail/mail-store.ts'
import type { ExpiryStore } from '../notices/expiry-store.ts'
import { type RevocationNews, revocationLetter } from '../notices/notice-letters.ts'
import type { NoticeSettings } from '../notices/notice-settings.ts'
import type { Outbox, OutboxItem } from './outbox.ts'

/** What telling people that their certificates were revoked needs. */
export interface RevocationTelling {
  readonly outbox: Outbox
  readonly expiries: Pick<ExpiryStore, 'requesterOf'>
  readonly mails: Pick<MailStore, 'tell'>
  readonly mail: MailDesk
  readonly settingsOf: (tenant: string) => Promise<NoticeSettings>
  readonly nameOf: (tenant: string) => Promise<string>
  readonly authorityName: (tenant: string, authority: string) => Promise<string>
  readonly certificatesOf: (tenant: string) => Pick<CertificateRegister, 'find'>
  readonly now: () => number
  readonly report: (error: unknown, certificate: string) => void
}

const KIND = 'revoked'
const LEASE_MS = 60_000
const AGAIN_MS = 30_000
const AT_ONCE = 20
/** How long it is worth saying. */
const NOTICE_MS = 7 * 86_400_000

/** Writes to those who asked for certificates that were revoked, put on hold, or are good again: as it is when the mail is written. */
export async function tellOfRevocation(telling: RevocationTelling): Promise<void> {
  const { outbox, now, report } = telling
  for (let claimed = AT_ONCE; claimed === AT_ONCE; ) {
    const items = await outbox.claim(KIND, now(), LEASE_MS, AT_ONCE)
    claimed = items.length
    for (const item of items) {
      try {
        await tell(item, telling)
        await outbox.finish(item)
      } catch (error) {
        report(error, item.key)
        // Too many mails for one address: CRL and OCSP tell of it all the same.
        if (error instanceof Refusal) await outbox.finish(item)
        else await outbox.retry(item, now() + AGAIN_MS)
      }
    }
  }
}

async function tell({ tenant, key }: OutboxItem, telling: RevocationTelling): Promise<void> {
  const settings = await telling.settingsOf(tenant)
  const certificate = settings.revoked ? await telling.certificatesOf(tenant).find(key) : undefined
  if (certificate === undefined) return
  const { approval, evidence, request } = certificate
  const requester = await telling.expiries.requesterOf(tenant, {
    ...(request !== undefined && { request }),
    ...(evidence && { evidence }),
    ...(approval && { approvedBy: approval.account }),
  })
  if (requester === undefined) return
  const at = telling.now()
  const line = {
    name: certificate.subject === '' ? `serial number ${certificate.serialNumber}` : certificate.subject,
    authority: await telling.authorityName(tenant, certificate.authority),
    notAfter: certificate.notAfter,
  }
  const letter = revocationLetter(line, newsOf(certificate), { tenantName: await telling.nameOf(tenant) })
  const times = { at, expiresAt: at + NOTICE_MS }
  const order = { tenant, kind: 'certificate-revoked', to: requester.address, about: key, letter, ...times } as const
  await telling.mails.tell(telling.mail.write(order))
}

function newsOf({ revocation }: RegisteredCertificate): RevocationNews {
  if (revocation === undefined) return { state: 'good-again' }
  const reason = crlReasonOf(revocation.reason) ?? 'unspecified'
  const state = reason === 'certificateHold' ? 'held' : 'revoked'
  return { state, at: revocation.revokedAt, reason: REASONS[reason] }
}

const REASONS = {
  unspecified: 'none was given',
  keyCompromise: 'its key may be known to somebody else',
  cACompromise: 'the key of its issuer may be known to somebody else',
  affiliationChanged: 'who or what it names has changed',
  superseded: 'another certificate took its place',
  cessationOfOperation: 'it is not needed any more',
  certificateHold: 'it is on hold',
  removeFromCRL: 'its hold ended',
  privilegeWithdrawn: 'its holder lost the right to it',
  aACompromise: 'the key of an attribute authority may be known to somebody else',
} as const satisfies Readonly<Record<CrlReason, string>>
