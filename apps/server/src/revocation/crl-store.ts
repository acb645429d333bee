/** Which of a generation's CRLs. Partition 0 is the whole CRL. */
export interface CrlId {
  readonly generation: string
  readonly partition: number
  readonly delta: boolean
}

/** A CRL that was published. */
export interface PublishedCrl extends CrlId {
  readonly id: string
  readonly number: number
  readonly thisUpdate: number
  readonly nextUpdate: number
  readonly entries: number
  /** Octets. */
  readonly size: number
  /** SHA-256 of the DER, hex: its ETag. */
  readonly digest: string
  /** The revocation version that it shows. */
  readonly revocationVersion: number
}

export interface CrlEntryRow {
  readonly serialNumber: string
  readonly revokedAt: number
  readonly reason: number
  readonly invalidityAt?: number
}

/** CRLs as they are stored, in parts of at most 1 MiB, and what they are made of. Used by public services: no tenant. */
export interface CrlStore {
  /** The newest of this kind. */
  latest(crl: CrlId): Promise<PublishedCrl | undefined>
  /** Its octets in order. Throws when it was dropped while it was read: what came then is not the whole. */
  read(id: string): AsyncIterable<Uint8Array>
  /** max(last + 1, Unix seconds), reserved at once: a number is used once whatever happens. */
  nextNumber(generation: string, now: number): Promise<number>
  /**
   * Revoked certificates of a partition that this CRL must name, a page at a time by key: those unexpired at `expiredAfter` or
   * later. The whole CRL names those of every partition. For a delta: those changed after the revocation version that its base
   * shows, ended holds included with reason 8; a version and not a time, because clocks differ and transactions overtake each other.
   */
  entries(
    crl: CrlId,
    range: { readonly expiredAfter: number; readonly changedAfter?: number },
    page: { readonly limit: number; readonly after?: string },
  ): Promise<{ readonly rows: readonly CrlEntryRow[]; readonly next?: string }>
  /**
   * Stores the parts first, then the row that makes them visible; older ones of the same kind than the last three are dropped. Of a
   * deleted CA `isLast` ones alone: 'conflict' for one that was begun before.
   */
  publish(crl: PublishedCrl, parts: Iterable<Uint8Array>, isLast: boolean): Promise<void>
  /** Partitions that certificates were put into; the whole CRL, 0, is not among them. */
  partitions(generation: string): Promise<readonly number[]>
}
