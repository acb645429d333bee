/**
 * Bytes that are not what the grammar says. The message names the field by its path in the ASN.1 module, what was expected and
 * what was found; it holds no bytes of the input and may be shown to whoever sent them.
 */
export class DerError extends Error {
  override readonly name = 'DerError'
  /** Field names from the outermost structure inwards, e.g. `tbsCertificate.validity`. Empty at the top. */
  readonly path: string
  readonly problem: string

  constructor(problem: string, path = '') {
    super(path === '' ? problem : `${path}: ${problem}`)
    this.problem = problem
    this.path = path
  }

  /** The same error, seen from the structure that holds `field`. */
  within(field: string): DerError {
    return new DerError(this.problem, this.path === '' ? field : `${field}.${this.path}`)
  }
}

/** Runs `read` and puts `field` in front of the path of a `DerError` that comes out of it. */
export function inField<T>(field: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw within(field, error)
  }
}

/** What to throw on for `error`, caught while `field` was read or written. */
export function within(field: string, error: unknown): unknown {
  return error instanceof DerError ? error.within(field) : error
}
