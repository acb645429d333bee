import { type Codec, codec, type Infer, type OptionalCodec, type TaggedCodec, tagged } from './codec.ts'
import { DerError, inField, within } from './der-error.ts'
import type { DerReader } from './der-reader.ts'
import { TAG, tagName } from './tag.ts'

type Fields = Readonly<Record<string, Codec<unknown>>>
type OptionalKeys<F> = { [K in keyof F]: F[K] extends OptionalCodec<unknown> ? K : never }[keyof F]
type Simplify<T> = { readonly [K in keyof T]: T[K] }
/** The value of a SEQUENCE with these fields: OPTIONAL ones may be left out; DEFAULT ones always have a value. */
export type SequenceOf<F extends Fields> = Simplify<
  { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: Infer<F[K]> } & { readonly [K in OptionalKeys<F>]?: Infer<F[K]> }
>

/** SEQUENCE with named fields, in this order. */
export function sequence<const F extends Fields>(fields: F): TaggedCodec<SequenceOf<F>> {
  const entries = Object.entries(fields)
  const lastFirst = entries.toReversed()
  return tagged<SequenceOf<F>>(TAG.sequence, {
    writeContents: (out, value) => {
      const values = value as Readonly<Record<string, unknown>>
      // One try for all fields, not `inField` for each: this is where encoding and decoding spend their time.
      let at = ''
      try {
        for (const [name, field] of lastFirst) {
          at = name
          field.write(out, values[name])
        }
      } catch (error) {
        throw within(at, error)
      }
    },
    readContents: (contents) => {
      const value: Record<string, unknown> = {}
      let at = ''
      try {
        for (const [name, field] of entries) {
          at = name
          value[name] = field.read(contents)
        }
      } catch (error) {
        throw within(at, error)
      }
      return value as SequenceOf<F>
    },
  })
}

/** OPTIONAL: `undefined` when absent. */
export function optional<T>(inner: Codec<T>): OptionalCodec<T> {
  const field = codec<T | undefined>({
    tags: undefined,
    write: (out, value) => {
      if (value !== undefined) inner.write(out, value)
    },
    read: (input) => (isNext(inner, input) ? inner.read(input) : undefined),
  })
  return { ...field, optional: true }
}

/** DEFAULT: `absent` when left out, and always left out when equal to it (X.690 §11.5). */
export function withDefault<T extends boolean | number | string>(inner: Codec<T>, absent: T): Codec<T> {
  return codec<T>({
    tags: undefined,
    write: (out, value) => {
      if (value !== absent) inner.write(out, value)
    },
    read: (input) => {
      if (!isNext(inner, input)) return absent
      const value = inner.read(input)
      if (value === absent) throw new DerError('the default value spelt out: this is BER, DER is due')
      return value
    },
  })
}

/** SEQUENCE OF. */
export function sequenceOf<T>(item: Codec<T>): TaggedCodec<readonly T[]> {
  return tagged(TAG.sequence, {
    writeContents: (out, values) => {
      for (let at = values.length - 1; at >= 0; at--) item.write(out, values[at] as T)
    },
    readContents: (contents) => readItems(item, contents),
  })
}

/** SEQUENCE SIZE (1..MAX) OF: an empty one is refused in both directions. */
export function oneOrMore<T>(item: Codec<T>): TaggedCodec<readonly T[]> {
  const check = (values: readonly T[]): readonly T[] => {
    if (values.length === 0) throw new DerError('an empty list where at least one is due')
    return values
  }
  return mapped(sequenceOf(item), check, check)
}

/** SET OF, in the order of the encodings (X.690 §11.6), which is checked when read. */
export function setOf<T>(item: Codec<T>): TaggedCodec<readonly T[]> {
  return tagged(TAG.set, {
    writeContents: (out, values) => {
      const only = values.length === 1 ? values[0] : undefined
      if (only !== undefined) return item.write(out, only)
      const encodings = values.map((value) => item.encode(value)).sort(compareEncodings)
      for (const encoding of encodings.reverse()) out.octets(encoding)
    },
    readContents: (contents) => {
      const values: T[] = []
      let before: Uint8Array | undefined
      while (!contents.atEnd) {
        const start = contents.position
        values.push(readItem(item, contents, `${values.length}`))
        // Most are sets of one, in which nothing is compared.
        if (values.length === 1 && contents.atEnd) break
        const encoding = contents.since(start)
        if (before !== undefined && compareEncodings(before, encoding) > 0)
          throw new DerError('a SET OF out of order: this is BER, DER is due')
        before = encoding
      }
      return values
    },
  })
}

type ChoiceOf<A extends Fields> = { [K in keyof A]: { readonly kind: K; readonly value: Infer<A[K]> } }[keyof A]

/** CHOICE between alternatives with different tags; the value says which as `kind`. */
export function choice<const A extends Fields>(alternatives: A): Codec<ChoiceOf<A>> {
  const entries = Object.entries(alternatives)
  const tags = entries.flatMap(([, alternative]) => alternative.tags ?? [])
  return codec<ChoiceOf<A>>({
    tags,
    write: (out, value) => {
      const alternative = alternatives[value.kind as string]
      if (alternative === undefined) throw new DerError(`no alternative ${String(value.kind)}`)
      inField(String(value.kind), () => alternative.write(out, value.value))
    },
    read: (input) => {
      for (const [kind, alternative] of entries) {
        if (isNext(alternative, input)) return { kind, value: readItem(alternative, input, kind) } as ChoiceOf<A>
      }
      throw new DerError(
        `expected ${tags.map(tagName).join(' or ')}, found ${input.atEnd ? 'the end' : tagName(input.peek() ?? 0)}`,
      )
    },
  })
}

/** The same bytes under other values: `read` what a person works with, `write` it back. Keeps a tagged codec tagged. */
export function mapped<A, B>(inner: TaggedCodec<A>, read: (value: A) => B, write: (value: B) => A): TaggedCodec<B>
export function mapped<A, B>(inner: Codec<A>, read: (value: A) => B, write: (value: B) => A): Codec<B>
export function mapped<A, B>(
  inner: Codec<A> | TaggedCodec<A>,
  read: (value: A) => B,
  write: (value: B) => A,
): Codec<B> {
  if ('tag' in inner) {
    return tagged<B>(inner.tag, {
      writeContents: (out, value) => inner.writeContents(out, write(value)),
      readContents: (contents) => read(inner.readContents(contents)),
    })
  }
  return codec<B>({
    tags: inner.tags,
    write: (out, value) => inner.write(out, write(value)),
    read: (input) => read(inner.read(input)),
  })
}

/** A value together with the exact bytes that it was read from. What is written are those bytes. */
export function withDer<T extends object>(inner: Codec<T>): Codec<T & { readonly der: Uint8Array }> {
  return codec({
    tags: inner.tags,
    write: (out, value) => out.octets(value.der),
    read: (input) => {
      const start = input.position
      const value = inner.read(input)
      return { ...value, der: input.since(start) }
    },
  })
}

/** Without a closure for each, as `inField` would need. */
function readItem<T>(item: Codec<T>, input: DerReader, name: string): T {
  try {
    return item.read(input)
  } catch (error) {
    throw within(name, error)
  }
}

function readItems<T>(item: Codec<T>, contents: DerReader): readonly T[] {
  const values: T[] = []
  try {
    while (!contents.atEnd) values.push(item.read(contents))
  } catch (error) {
    throw within(`${values.length}`, error)
  }
  return values
}

function isNext(inner: Codec<unknown>, input: DerReader): boolean {
  const tag = input.peek()
  return tag !== undefined && (inner.tags === undefined || inner.tags.includes(tag))
}

function compareEncodings(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length)
  for (let at = 0; at < shared; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
