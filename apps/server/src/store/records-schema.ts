import type { Actor, AuditEntry } from '../audit/audit-record.ts'
import type { KeyHolder } from '../master-keys/key-store.ts'
import type { Json } from './json.ts'

/** Rows of what was done and what is to be done: audit, idempotency, keys under the master key, the outbox. */
export interface RecordTables {
  audit_record: AuditRecordTable
  audit_seal: AuditSealTable
  audit_key: AuditKeyTable
  key_holder: KeyHolderTable
  idempotency: IdempotencyTable
  outbox: OutboxTable
}

/** Written in the transaction of the act, and never changed but for the number of its seal. */
export interface AuditRecordTable {
  tenant: string
  id: string
  at: number
  actor: Actor['kind']
  account: string | null
  token: string | null
  action: string
  object_type: string
  object_id: string
  details: Json<NonNullable<AuditEntry['details']>> | null
  /** The seal that it is under; null until the sealer came by. */
  seal: number | null
}

/** One link of the chain: some records of one tenant, in the order of their ids. */
export interface AuditSealTable {
  number: number
  tenant: string
  /** Positions of its records among the tenant's, from 1. */
  first: number
  last: number
  /** The earliest and the latest time of its records. */
  first_at: number
  last_at: number
  sealed_at: number
  link: Uint8Array
  previous: Uint8Array
  key: string
  signature: Uint8Array
  /** The first octets of each record's hash: they say which record is wrong. Not signed. */
  hints: Uint8Array
}

/** A key that signed seals once, and what its successor says of it. */
export interface AuditKeyTable {
  id: string
  public_key: Uint8Array
  until_number: number
  until_digest: Uint8Array
  successor: string
  endorsement: Uint8Array
}

/** A process that has the master key, of those that share a database. */
export interface KeyHolderTable {
  process: string
  /** For people: machine and process. */
  name: string
  seen_at: number
  state: KeyHolder['state']
}

export interface IdempotencyTable {
  scope: string
  key: string
  tenant: string
  body_hash: Uint8Array
  object_type: string
  object_id: string
  created_at: number
}

export interface OutboxTable {
  id: string
  tenant: string
  kind: string
  key: string
  due_at: number
  /** 0 when nobody works on it. */
  leased_until: number
  attempts: number
  /** How often it was put, and how often it had been put when it was claimed: a difference says that it was put again since. */
  puts: number
  claimed_puts: number
  /** Grows with every claim: who holds an older number holds nothing. */
  claim: number
}
