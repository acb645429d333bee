/** What a look at the whole installation tells, for gauges. Times are milliseconds since the epoch. Lists and counts are bounded. */
export interface OperationsState {
  /** Work that is due, by kind; `oldestDueAt` of what has been due the longest. */
  readonly outbox: readonly { readonly kind: string; readonly due: number; readonly oldestDueAt: number }[]
  /** Issuances that were recorded and not signed yet. */
  readonly openIntents: Waiting
  /** Requests that wait for a person. */
  readonly pendingRequests: Waiting
  /** The newest whole CRL of each generation that signs CRLs, those that end first. */
  readonly crls: readonly { readonly generation: string; readonly thisUpdate: number; readonly nextUpdate: number }[]
  /** The newest OCSP responder of each such generation, those that end first. */
  readonly responders: readonly { readonly generation: string; readonly notAfter: number }[]
}

export interface Waiting {
  /** Counted up to `MOST_COUNTED`. */
  readonly count: number
  readonly oldestAt?: number
}

/** A gauge that stands here says "this many or more". */
export const MOST_COUNTED = 10_000
/** Generations told of one by one: those that end first. A label for every CA of ten thousand tenants would help nobody. */
export const MOST_GENERATIONS = 200

/** Looks at the installation. Generations are named by their public ids. */
export type LookAtOperations = (now: number) => Promise<OperationsState>

/** How far the audit is sealed: records that wait, and the oldest of them. */
export type LookAtSeal = () => Promise<{ readonly unsealed: number; readonly oldestAt?: number }>
