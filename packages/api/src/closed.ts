import { type Static, type TObject, type TProperties, type TSchema, type TUnsafe, Type } from 'typebox'

/** What may be said of a schema beside its shape. */
type Said = {
  readonly $id?: string
  readonly description?: string
  readonly default?: unknown
}

/** An object without other fields than these: a misspelt one is refused, never ignored. */
export function closed<P extends TProperties>(properties: P, said: Said = {}): TObject<P> {
  return Type.Object(properties, { additionalProperties: false, ...said })
}

/** A list that nobody changes. */
export function listOf<T extends TSchema>(
  item: T,
  said: Said & { readonly maxItems?: number; readonly minItems?: number; readonly uniqueItems?: boolean } = {},
): TUnsafe<readonly Static<T>[]> {
  return Type.Unsafe<readonly Static<T>[]>(Type.Array(item, said))
}

/** One of these words. */
export function wordOf<const Words extends readonly string[]>(words: Words, said: Said = {}): TUnsafe<Words[number]> {
  return Type.Unsafe<Words[number]>(Type.Enum([...words], said))
}

/** A line of text for people: without control characters. */
export function lineOfText(maxLength: number, description: string, minLength = 1) {
  return Type.String({ minLength, maxLength, pattern: '^[^\\x00-\\x1f\\x7f]*$', description })
}
