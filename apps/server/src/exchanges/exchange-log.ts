import type { Page, PageRequest } from '../tenants/page.ts'

/** One step of an exchange with a client of a protocol: what it asked, and what it was answered. Holds no secret and no token. */
export interface ExchangeStep {
  readonly at: number
  /** In the words of the protocol: `newOrder`, `http-01 example.com`. */
  readonly step: string
  /** What became of it, in a line: `ready: example.com`, or the reason of a refusal and what to change, as the client was told. */
  readonly said: string
  readonly refused?: true
  /** The type of a refusal, as the protocol calls it. */
  readonly problem?: string
  /** The address that the client came from. */
  readonly from?: string
  /** What was asked of others on the way, and what came back. */
  readonly asked?: readonly string[]
}

/** Whose steps they are. */
export interface ExchangeParties {
  readonly tenant: string
  readonly protocol: 'acme'
  /** The CA whose certificates it is about: who may see it. */
  readonly authority: string
  readonly account?: string
  /** What it is about, in the protocol's words: an ACME order. */
  readonly subject?: string
}

/** Steps of one exchange, close to each other in time. */
export interface ExchangePart extends ExchangeParties {
  readonly id: string
  readonly steps: readonly ExchangeStep[]
}

export interface ExchangeFilter {
  readonly authority?: string
  /** Of any of these CAs. */
  readonly authorities?: readonly string[]
  readonly account?: string
  readonly subject?: string
}

/** Where a tenant reads what its clients did. Newest first. */
export interface ExchangeLog {
  list(filter: ExchangeFilter, page: PageRequest): Promise<Page<ExchangePart>>
}

/** Where steps are written, and taken away again: across tenants. */
export interface ExchangeArchive {
  /** All of them, or none. Not awaited by whoever is answered. */
  write(parts: readonly Omit<ExchangePart, 'id'>[]): Promise<void>
  /** Removes at most `limit` parts from before this moment; how many. */
  forget(before: number, limit: number): Promise<number>
  /** Removes at most `limit` of the oldest parts of any tenant that has more than `most`; how many. */
  trim(most: number, limit: number): Promise<number>
}
