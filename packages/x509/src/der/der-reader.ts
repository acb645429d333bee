import { DerError } from './der-error.ts'
import { tagName } from './tag.ts'

/**
 * Walks over DER without copying: what it returns are views of the input. Only DER passes: definite lengths in the fewest octets
 * (X.690 §10.1) and identifier octets of one octet, which is all that X.509 and its protocols use.
 */
export class DerReader {
  readonly #bytes: Uint8Array
  /** Where the contents end in which the reader is. */
  #end: number
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#end = bytes.length
  }

  get atEnd(): boolean {
    return this.#at === this.#end
  }

  /** The identifier octet of the next element, or `undefined` at the end. */
  peek(): number | undefined {
    return this.#at < this.#end ? this.#bytes[this.#at] : undefined
  }

  /** Where the reader stands; for `since`. */
  get position(): number {
    return this.#at
  }

  /** Everything read since the reader stood at `position`. */
  since(position: number): Uint8Array {
    return this.#bytes.subarray(position, this.#at)
  }

  /** The whole next element, header included, whatever its type. */
  element(): Uint8Array {
    const start = this.#at
    this.#at = this.#header()
    return this.#bytes.subarray(start, this.#at)
  }

  /** The contents of the next element, which must have this tag. */
  contents(tag: number): Uint8Array {
    const outer = this.enter(tag)
    const contents = this.rest()
    this.leave(outer)
    return contents
  }

  /**
   * Goes into the next element, which must have this tag: until `leave`, the reader ends where its contents do. What is returned
   * is for `leave`. A reader that threw is of no use any more.
   */
  enter(tag: number): number {
    this.#expect(tag)
    const outer = this.#end
    this.#end = this.#header()
    return outer
  }

  /** Goes on behind the element that was entered. Throws when something is left in it. */
  leave(outer: number): void {
    this.finish()
    this.#end = outer
  }

  /** What is left, as it stands. */
  rest(): Uint8Array {
    const rest = this.#bytes.subarray(this.#at, this.#end)
    this.#at = this.#end
    return rest
  }

  /** Throws when something is left. */
  finish(): void {
    if (!this.atEnd)
      throw new DerError(`${this.#end - this.#at} octets too many, the first is ${tagName(this.peek() ?? 0)}`)
  }

  #expect(tag: number): void {
    const found = this.peek()
    if (found === tag) return
    const [due, there] = [tagName(tag), found === undefined ? 'the end' : tagName(found)]
    throw new DerError(
      `expected ${due}, found ${there === due ? 'it in the other form (primitive or constructed)' : there}`,
    )
  }

  /** Goes over the header of the next element. Returns where its contents end. */
  #header(): number {
    const bytes = this.#bytes
    let at = this.#at
    const tag = at < this.#end ? bytes[at++] : undefined
    if (tag === undefined) throw new DerError('expected an element, found the end')
    if ((tag & 0x1f) === 0x1f) throw new DerError('tag numbers above 30 are not used here')
    let length = at < this.#end ? bytes[at++] : undefined
    if (length === undefined) throw new DerError('truncated inside a length')
    if (length === 0x80) throw new DerError('indefinite length: this is BER, DER is due')
    if (length > 0x80) {
      const count = length & 0x7f
      if (count > 4) throw new DerError('a length of more than four octets')
      if (at + count > this.#end) throw new DerError('truncated inside a length')
      const isPadded = bytes[at] === 0
      length = 0
      for (let i = 0; i < count; i++) length = length * 256 + (bytes[at++] ?? 0)
      if (length < 0x80 || isPadded)
        throw new DerError('a length in more octets than it needs: this is BER, DER is due')
    }
    if (length > this.#end - at) throw new DerError(`truncated: ${length} octets announced, ${this.#end - at} there`)
    this.#at = at
    return at + length
  }
}
