/** How many transactions share a COMMIT, and how long a group may take; the defaults are for a server. */
export interface GroupCommitLimits {
  /** Members of one COMMIT at most. 1: a COMMIT each. */
  readonly maxGroup?: number
  /** So many go to the disk as soon as it is free, though others still wait: those who are done go on while the rest are run. */
  readonly enough?: number
  /** A group that runs this long (ms) makes way though others wait: the event loop belongs to everybody. */
  readonly sliceMs?: number
  /** How long (ms) a transaction waits for another process that holds the file. */
  readonly busyMs?: number
  /** Hears of each COMMIT: how many transactions it carried and how long it blocked the event loop. */
  readonly onCommit?: (members: number, durationMs: number) => void
  /** Told once, when nothing can be written any more before the file is opened anew. */
  readonly onBroken?: (why: Error) => void
}

export const LIMITS: Required<GroupCommitLimits> = {
  maxGroup: 64,
  enough: 32,
  sliceMs: 10,
  busyMs: 5000,
  onCommit: () => {},
  onBroken: () => {},
}
