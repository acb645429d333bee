import type { Page, PageRequest } from '../tenants/page.ts'
import type { Actor } from './audit-record.ts'

/** A record as it is stored, every field that is sealed. */
export interface StoredRecord {
  readonly tenant: string
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly actor: Actor['kind']
  readonly account: string | null
  readonly token: string | null
  readonly action: string
  readonly objectType: string
  readonly objectId: string
  /** JSON, octet for octet as it was written. */
  readonly details: string | null
}

/** A record that is under a seal. */
export interface SealedRecord extends StoredRecord {
  readonly seal: number
}

/** One link of the chain: some records of one tenant, in the order of their ids. */
export interface Seal {
  /** 1, 2, 3 … through the whole installation. */
  readonly number: number
  readonly tenant: string
  /** Positions of its records among all of the tenant's, from 1. */
  readonly first: number
  readonly last: number
  /** The earliest and the latest time of its records. */
  readonly firstAt: number
  readonly lastAt: number
  readonly sealedAt: number
  /** The tenant's chain after its last record. */
  readonly link: Uint8Array
  /** The digest of the seal before it; zeros before the first. */
  readonly previous: Uint8Array
  /** The id of the key that signed it. */
  readonly key: string
  readonly signature: Uint8Array
  /** The first octets of each record's hash, in order. They are not signed: they only say which record is wrong. */
  readonly hints: Uint8Array
}

/** The newest seal of the installation. */
export interface ChainHead {
  /** 0 before the first. */
  readonly number: number
  readonly digest: Uint8Array
  /** The id of the key that signs the next one. */
  readonly key: string
}

/** A tenant's newest seal: where its chain goes on. */
export type Tail = Pick<Seal, 'number' | 'last' | 'link' | 'sealedAt'>

/** A key that signed seals up to a number, in the words of its successor, which signed them. */
export interface RetiredKey {
  readonly id: string
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array
  readonly untilNumber: number
  readonly untilDigest: Uint8Array
  readonly successor: string
  readonly endorsement: Uint8Array
}

/** The chain of all tenants' records. */
export interface AuditLog extends AuditChain {
  countUnsealed(): Promise<number>
  /** Whether this holder may seal until `now + leaseMs`: of several processes one. Correctness does not rest on it. */
  lease(holder: string, now: number, leaseMs: number): Promise<boolean>
  /** Nothing before the first key was set. */
  head(): Promise<ChainHead | undefined>
  /** The head before anything is sealed; leaves one alone that is there. */
  begin(key: string): Promise<void>
  /**
   * Adds seals and puts these records under them, in one transaction; false, and nothing is changed, when the head is no longer
   * `from`. Throws when one of the records is under a seal already.
   */
  append(from: ChainHead, to: ChainHead, seals: readonly NewSeal[]): Promise<boolean>
  /** Records under seals, in order of seal and id. */
  records(after: RecordKey, limit: number): Promise<readonly SealedRecord[]>
  /** The highest number that any record names. */
  highestSealOfRecords(): Promise<number>
  retiredKeys(): Promise<readonly RetiredKey[]>
  /** Records of one kind in one log, sealed or not, newest first. */
  recordsBy(tenant: string, action: string, limit: number): Promise<readonly StoredRecord[]>
}

export interface NewSeal {
  readonly seal: Seal
  readonly ids: readonly string[]
}

export interface RecordKey {
  readonly seal: number
  readonly id: string
}

/** Which records of a tenant. */
export interface AuditFilter extends Between {
  readonly action?: string
  readonly account?: string
  /** The id of what was acted upon. */
  readonly object?: string
}

/** What is exported: of the whole installation, or of one tenant alone. */
export interface AuditChain {
  /** In order of number; with bounds, those alone that hold records of this time. */
  seals(after: number, limit: number, between?: Between): Promise<readonly Seal[]>
  /** Records under one seal, in order of id. */
  recordsOf(seal: number, after: string, limit: number): Promise<readonly SealedRecord[]>
  /** Records under no seal yet, oldest first. */
  unsealed(limit: number, after: string): Promise<readonly StoredRecord[]>
  tail(tenant: string, before?: number): Promise<Tail | undefined>
}

/** Milliseconds, both bounds included. */
export interface Between {
  readonly from?: number
  readonly to?: number
}

/** The records of one tenant. */
export interface AuditTrail extends AuditChain {
  /** Newest first. A page may be short, or empty, and still have a `next`. */
  list(filter: AuditFilter, page: PageRequest): Promise<Page<StoredRecord & { readonly seal: number | null }>>
  /** How many records wait for a seal, counted up to `most`. */
  countUnsealed(most: number): Promise<number>
}
