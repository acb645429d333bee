import type { ChainHead, RetiredKey } from '../audit/audit-log.ts'
import type { AuditRecord } from '../audit/audit-record.ts'

/** A rotation of the master key that is under way. */
export interface Rotation {
  /** The check value of the new key, and its id. */
  readonly next: string
  readonly nextId: string
  /** `announced`: everybody learns to read under the new key; `rewrapping`: everybody writes under it. */
  readonly phase: 'announced' | 'rewrapping'
}

/** A process that holds the master key, of those that share a database. */
export interface KeyHolder {
  readonly process: string
  /** For people: machine and process. */
  readonly name: string
  readonly seenAt: number
  /** `none`, or what it does with the key of this id. */
  readonly state: 'none' | `reads ${string}` | `writes ${string}`
}

/** A sealed value, and what tells it from the others of its column. */
export interface SealedValue {
  readonly key: string
  readonly sealed: Uint8Array
}

/** What the database knows of master keys: never one of them. */
export interface KeyStore {
  /** The check value of the key of now, and the rotation to another. */
  facts(): Promise<{ readonly check: string | undefined; readonly rotation: Rotation | undefined }>
  /** Sets the check value of a new installation, unless one is set; the one that stands is returned. */
  setCheck(check: string): Promise<string>
  /** Whether the database holds nothing that was sealed. */
  isEmpty(): Promise<boolean>
  /** Begins a rotation, unless one is under way; the one that stands is returned. */
  begin(rotation: Rotation): Promise<Rotation>
  /** False when this rotation is at another place by now. */
  advance(from: Rotation, to: Rotation | undefined): Promise<boolean>
  /**
   * Ends a rotation, in one transaction: the new key is the key of now, and the key that signed the audit before is retired, in the
   * words that `retire` gives for the head at that moment. False when the rotation, or the head, is no longer what it was.
   */
  finish(
    rotation: Rotation,
    check: string,
    retire: (head: ChainHead) => RetiredKey,
    record: AuditRecord,
  ): Promise<boolean>
  /** How many columns hold sealed values. */
  readonly sealedColumns: number
  /** Values of one of these columns, in order of key. */
  sealedValues(column: number, after: string, limit: number): Promise<readonly SealedValue[]>
  /** Puts values in the place of what they were; those that are something else by now stay. */
  replaceSealed(column: number, values: readonly (SealedValue & { readonly was: Uint8Array })[]): Promise<void>
  hold(holder: KeyHolder): Promise<void>
  release(process: string): Promise<void>
  /** Those that were seen at this time or later. Forgets those that were not seen for a day. */
  holders(since: number): Promise<readonly KeyHolder[]>
  /** A sealed secret of the installation: what stands, or what is given when nothing does. */
  secret(name: string, otherwise: () => Uint8Array): Promise<Uint8Array>
}
