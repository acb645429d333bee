/** Which backup was put back, and when. Times are milliseconds. */
export interface Restored {
  /** The backup's id. */
  readonly backup: string
  /** All that was acknowledged before is there. */
  readonly madeAt: number
  readonly restoredAt: number
}

/** What a restored database holds. */
export interface RestoredExtent {
  readonly tenants: number
  readonly authorities: number
  readonly certificates: number
  /** Issuances that were begun: the start of the server finishes them with the same bytes. */
  readonly openIntents: number
  readonly pendingRequests: number
  /** API tokens that are neither revoked nor expired: those that were revoked since are valid again. */
  readonly validTokens: number
  /** The youngest record of an act: nothing later is there. Absent when there is none. */
  readonly newestRecordAt?: number
}

/** A restore that this database went through. */
export interface PastRestore extends Restored, RestoredExtent {
  /** Of the backup, which is put back on the same engine only. */
  readonly engine: 'sqlite' | 'postgres'
}

/** The restores that this database went through. */
export interface RestoreStore {
  /** Newest first, by when it was restored. A hundred at most. */
  list(): Promise<readonly PastRestore[]>
}
