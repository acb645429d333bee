/** One page of a list, by key and never by offset: `next` is handed back to get what follows; absent on the last page. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string
}

/** Which page. `after` is the `next` of the page before; a text that is none is refused as malformed. */
export interface PageRequest {
  /** 1 to 200. */
  readonly limit: number
  readonly after?: string
}
