/** Every bound that the server sets on what strangers send. Times in milliseconds, sizes in bytes. */
export const LIMITS = {
  /** A JSON body, unless its route says otherwise. */
  apiBody: 1024 * 1024,
  /** A body sent to a public route, unless it says otherwise. */
  publicBody: 64 * 1024,
  /** All headers of a request with its first line: so an address is shorter. */
  headers: 16 * 1024,
  headerCount: 100,
  /** A parameter in a path. An OCSP request in a GET is the rest of a path, which only `headers` bounds. */
  pathParameter: 128,
  /** To send all headers. */
  headersTimeout: 10_000,
  /** To send the whole request. */
  requestTimeout: 60_000,
  /** Without a byte in either direction while a request runs. */
  socketTimeout: 120_000,
  /** Between two requests of a connection. Longer than the minute that proxies keep theirs. */
  keepAliveTimeout: 65_000,
  /** How often the three above are looked at. */
  timeoutCheckInterval: 2_000,
  connections: 8_192,
  /** How long requests in flight may take when the server stops. */
  stopTimeout: 30_000,
  /** How long a part may take to say that it is ready. */
  readinessTimeout: 5_000,
  /** Problems listed in one answer. */
  listedProblems: 20,
  /** Above this many characters or values, only the first thing that is wrong with a body is looked for. */
  explainedBody: 64 * 1024,
  explainedValues: 1_000,
} as const
export type Limits = Readonly<Record<keyof typeof LIMITS, number>>

/** Calls of the API in a window of time. */
export interface RateLimits {
  readonly windowMs: number
  /** By one principal: what a program may do that issues without a pause. */
  readonly byPrincipal: number
  /** Failed sign-ins from one address. */
  readonly failuresByAddress: number
  /** Calls of what anyone may call, from one address. */
  readonly strangersByAddress: number
}

/** Held in memory by each process. */
export const RATE_LIMITS: RateLimits = {
  windowMs: 60_000,
  byPrincipal: 150_000,
  failuresByAddress: 60,
  strangersByAddress: 60,
}

/** Answers that may last, at once. */
export interface LongAnswerLimits {
  readonly byAccount: number
  /** In this process. */
  readonly inAll: number
  readonly retryAfterSeconds: number
}

export const LONG_ANSWERS: LongAnswerLimits = { byAccount: 2, inAll: 32, retryAfterSeconds: 30 }
