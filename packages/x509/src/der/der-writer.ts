/**
 * Writes DER from its last octet to its first, so that every length is known when its header is due and nothing is copied twice.
 * "Write" therefore means "put in front of what is there already": fields go in from the last to the first.
 */
export class DerWriter {
  #buffer: Uint8Array
  #start: number

  constructor(capacity = 1024) {
    this.#buffer = new Uint8Array(capacity)
    this.#start = capacity
  }

  /** How many octets stand so far. */
  get length(): number {
    return this.#buffer.length - this.#start
  }

  octet(value: number): void {
    if (this.#start === 0) this.#grow(1)
    this.#buffer[--this.#start] = value
  }

  octets(bytes: Uint8Array): void {
    if (bytes.length > this.#start) this.#grow(bytes.length)
    this.#start -= bytes.length
    this.#buffer.set(bytes, this.#start)
  }

  /** Closes an element: the header for everything written since `length` was `before`. */
  header(tag: number, before: number): void {
    let size = this.length - before
    if (size < 0x80) {
      this.octet(size)
    } else {
      let count = 0
      for (; size > 0; size = Math.floor(size / 256), count++) this.octet(size & 0xff)
      this.octet(0x80 | count)
    }
    this.octet(tag)
  }

  /** What was written, in a buffer of its own. */
  finish(): Uint8Array {
    return this.#buffer.slice(this.#start)
  }

  /** Forgets what was written, so that the room can be used again; `undefined` when it is too large to be worth keeping. */
  clear(): this | undefined {
    this.#start = this.#buffer.length
    return this.#buffer.length <= KEPT ? this : undefined
  }

  #grow(need: number): void {
    const used = this.length
    const larger = new Uint8Array(Math.max(this.#buffer.length * 2, used + need + 64))
    larger.set(this.#buffer.subarray(this.#start), larger.length - used)
    this.#start = larger.length - used
    this.#buffer = larger
  }
}

/** The largest buffer that is kept for the next value. */
const KEPT = 16384
