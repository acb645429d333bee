import type { Installation } from './installation.ts'
import type { Round } from './publishing/rounds.ts'
import { type ExpiryTelling, tellOfExpiry } from './publishing/tell-of-expiry.ts'
import { type RevocationTelling, tellOfRevocation } from './publishing/tell-of-revocation.ts'

/** What telling people of their certificates takes beside the installation. */
export interface NoticeMeans {
  /** The https address of people, without a slash at its end. */
  readonly url: string
  readonly newId: () => string
  readonly now: () => number
  readonly report: (error: unknown, where: string) => void
}

const SECOND = 1_000
const MINUTE = 60 * SECOND

/** Tells of revocations within seconds, and of what expires once a day. */
export function noticeRounds(installation: Installation, means: NoticeMeans): readonly Round[] {
  const { expiry, revocation } = tellings(installation, means)
  return [
    { name: 'expiring', everyMs: 5 * MINUTE, run: () => tellOfExpiry(expiry) },
    { name: 'revoked', everyMs: 5 * SECOND, run: () => tellOfRevocation(revocation) },
  ]
}

/** What the rounds stand on. */
export function tellings(
  { stores, mail }: Installation,
  means: NoticeMeans,
): { readonly expiry: ExpiryTelling; readonly revocation: RevocationTelling } {
  const { outbox, expiries, mails } = stores.system
  const shared = {
    ...means,
    ...{ outbox, expiries, mails, mail },
    settingsOf: (tenant: string) => stores.for(tenant).notices.show(),
    nameOf: async (tenant: string) => (await stores.for(tenant).self.show())?.name ?? '',
  }
  return {
    expiry: shared,
    revocation: {
      ...shared,
      authorityName: async (tenant, authority) => (await stores.for(tenant).authorities.find(authority))?.name ?? '',
      certificatesOf: (tenant) => stores.for(tenant).certificates,
    },
  }
}
