import type { Evidence } from '@chancery/pki'
import type { OutgoingMail } from '../mail/mail-store.ts'

/** A place among a tenant's certificates in order of expiry: behind all that end before, and those of the same moment up to this id. */
export interface ExpiryPlace {
  readonly notAfter: number
  /** The id of the last one; empty before all of that moment. */
  readonly certificate: string
}

/** A certificate that ends before long: issued, neither revoked nor on hold, of a CA that is active. */
export interface ExpiringCertificate {
  readonly id: string
  readonly authority: string
  readonly authorityName: string
  /** The public id of its CA. */
  readonly authorityPublicId: string
  readonly template?: string
  readonly request?: string
  readonly subject: string
  readonly serialNumber: string
  readonly notBefore: number
  readonly notAfter: number
  readonly evidence?: Evidence
  readonly approvedBy?: string
  /** The keys by which it is found: its names in lower case, and host names once more turned round. */
  readonly names: readonly string[]
  /** Whether its template lets its holder renew it. */
  readonly renewable: boolean
}

/** A certificate as a notice names it. */
export interface NoticeLine {
  readonly certificate: string
  readonly name: string
  readonly authority: string
  readonly notAfter: number
  /** The public id of its CA, where its holder may renew it. */
  readonly renewAt?: string
}

/** What an address is to be told: the first certificates, and how many there are. */
export interface Digest {
  readonly tenant: string
  readonly address: string
  /** Whoever reads it is known as a requester alone, and sees nothing of the console. */
  readonly outside: boolean
  readonly count: number
  readonly lines: readonly NoticeLine[]
}

/** How many certificates a digest names. */
export const MOST_LINES = 40

/** Who is told of a certificate. */
export interface Requester {
  /** In lower case. */
  readonly address: string
  /** Not a member of the tenant. */
  readonly outside: boolean
}

/** What ends soon, in whatever tenant: obtained from `stores.system`, for the round that tells of it. */
export interface ExpiryStore {
  /** Whether a webhook of the tenant is to be told of what expires. */
  isListened(tenant: string): boolean
  /** Sees to it that each tenant has its turn in the outbox. */
  schedule(now: number): Promise<void>
  /** How far the tenant's certificates were looked at, by threshold in days. */
  progress(tenant: string): Promise<ReadonlyMap<number, ExpiryPlace>>
  /** Forgets it for all thresholds but these. */
  forgetProgress(tenant: string, but: readonly number[]): Promise<void>
  /** At most `limit` rows are looked at, and those of them are given that somebody may have to hear of. `next` is absent at the end. */
  page(
    tenant: string,
    after: ExpiryPlace,
    before: number,
    limit: number,
  ): Promise<{ readonly certificates: readonly ExpiringCertificate[]; readonly next?: ExpiryPlace }>
  /** Whether another certificate took its place: by renewal, or with the same subject and names and a later end. */
  isReplaced(
    tenant: string,
    certificate: Pick<ExpiringCertificate, 'id' | 'subject' | 'names' | 'notAfter'>,
  ): Promise<boolean>
  /** Who asked for a certificate, as far as that is known: the address of its request, or of the member who asked; through renewals. */
  requesterOf(
    tenant: string,
    certificate: Pick<ExpiringCertificate, 'request' | 'evidence' | 'approvedBy'>,
  ): Promise<Requester | undefined>
  /**
   * Moves the place of a threshold on and gathers what was found on the way, in one transaction. False, and nothing, when somebody
   * else has moved it meanwhile.
   */
  advance(
    tenant: string,
    days: number,
    move: { readonly from: ExpiryPlace | undefined; readonly to: ExpiryPlace },
    found: {
      readonly digests: readonly Digest[]
      /** Which certificates webhooks are told of. */
      readonly certificates: readonly string[]
      readonly at: number
    },
  ): Promise<boolean>
  /** What was gathered. */
  digests(tenant: string, limit: number): Promise<readonly Digest[]>
  /** Turns what was gathered into a mail; without one it is dropped. False when it is not there any more, or more came to it. */
  finish(digest: Digest, mail?: OutgoingMail): Promise<boolean>
}
