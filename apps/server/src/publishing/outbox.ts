/** Work that must be done once by some process, soon: written in the transaction that makes it necessary. */
export interface OutboxItem {
  readonly id: string
  readonly tenant: string
  /** e.g. `crl`: refresh a CRL. */
  readonly kind: string
  /** At most one item of a kind waits for a key: for `crl` the generation. */
  readonly key: string
  readonly attempts: number
  /** Which claim this is: what a later claim holds is no longer ours. */
  readonly claim: number
}

/**
 * Claimed by lease: `UPDATE … SET lease … WHERE id IN (due) RETURNING`, never by "id greater than the last seen". Whoever holds an
 * item and wants it to come again puts it before finishing it: then no crash between the two loses it.
 */
export interface Outbox {
  /** Puts an item, or brings forward the one that waits for this key. One that is claimed now becomes due again when it is finished. */
  put(item: {
    readonly tenant: string
    readonly kind: string
    readonly key: string
    readonly dueAt: number
  }): Promise<void>
  claim(kind: string, now: number, leaseMs: number, limit: number): Promise<readonly OutboxItem[]>
  /** Work in parts has come so far: what is left of it is this key, for whoever claims it next. Only while the claim is the newest. */
  moveOn(item: OutboxItem, key: string): Promise<void>
  /** Done: gone, unless it was put again since it was claimed. */
  finish(item: OutboxItem): Promise<void>
  /** Failed: due again at `dueAt`, or sooner if it was put again since. */
  retry(item: OutboxItem, dueAt: number): Promise<void>
}
