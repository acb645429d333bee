import { DerReader } from './der-reader.ts'
import { DerWriter } from './der-writer.ts'

/**
 * One ASN.1 type: how its values are written and read as DER. Codecs are declared once, beside the grammar they follow, and the
 * TypeScript type of their values is inferred from them (`Infer`).
 */
export interface Codec<T> {
  /** Identifier octets that a value can begin with; `undefined` when any can. Decides OPTIONAL and CHOICE. */
  readonly tags: readonly number[] | undefined
  /** Puts the value in front of what `out` holds. */
  write(out: DerWriter, value: T): void
  /** Takes one value; throws `DerError`. Byte arrays in it are views of the input. */
  read(input: DerReader): T
  /** The value's DER. */
  encode(value: T): Uint8Array
  /** The value of exactly these bytes; throws `DerError` when they are not it, or when more follows. */
  decode(der: Uint8Array): T
}

/** A type with one tag of its own, which IMPLICIT tagging can replace. A CHOICE or ANY is none. */
export interface TaggedCodec<T> extends Codec<T> {
  readonly tag: number
  writeContents(out: DerWriter, value: T): void
  /** `contents` stands at the element's contents, and ends where they do. */
  readContents(contents: DerReader): T
}

/** A field that may be absent. */
export interface OptionalCodec<T> extends Codec<T | undefined> {
  readonly optional: true
}

/** The TypeScript type of a codec's values. */
export type Infer<C> = C extends OptionalCodec<infer T> ? T | undefined : C extends Codec<infer T> ? T : never

/** Completes a codec with `encode` and `decode`. */
export function codec<T>({ tags, write, read }: Pick<Codec<T>, 'tags' | 'write' | 'read'>): Codec<T> {
  // Name by name, whatever was given along: engines are quick where all objects are of few shapes.
  const { encode, decode } = wholeValue({ write, read })
  return { tags, write, read, encode, decode }
}

/** A codec for a type with one tag, from what is written and read between its header and its end. */
export function tagged<T>(
  tag: number,
  { writeContents, readContents }: Pick<TaggedCodec<T>, 'writeContents' | 'readContents'>,
): TaggedCodec<T> {
  const write = (out: DerWriter, value: T): void => {
    const before = out.length
    writeContents(out, value)
    out.header(tag, before)
  }
  const read = (input: DerReader): T => {
    const outer = input.enter(tag)
    const value = readContents(input)
    input.leave(outer)
    return value
  }
  const { encode, decode } = wholeValue({ write, read })
  return { tag, tags: [tag], writeContents, readContents, write, read, encode, decode }
}

/** A writer to use again: most values are small, and room for them costs more than writing them. Taken while in use. */
let spare: DerWriter | undefined

function wholeValue<T>({ write, read }: Pick<Codec<T>, 'write' | 'read'>): Pick<Codec<T>, 'encode' | 'decode'> {
  return {
    encode(value) {
      const out = spare ?? new DerWriter()
      spare = undefined
      write(out, value)
      const der = out.finish()
      spare = out.clear()
      return der
    },
    decode(der) {
      const input = new DerReader(der)
      const value = read(input)
      input.finish()
      return value
    },
  }
}
