import { type Static, type TSchema, type TUnsafe, Type } from 'typebox'

/**
 * A `$ref` to a schema that has an `$id`, with that schema's type: OpenAPI shows it once, under its name. The schema has to stand
 * in `SCHEMAS`. Throws for a schema without `$id`, which is a mistake of the programmer.
 */
export function ref<T extends TSchema>(schema: T): TUnsafe<Static<T>> {
  return Type.Unsafe<Static<T>>(Type.Ref(idOf(schema)))
}

/** The name under which a schema stands in OpenAPI. Throws when it has none. */
export function idOf(schema: TSchema): string {
  const id = '$id' in schema ? schema.$id : undefined
  if (typeof id !== 'string') throw new TypeError('Only a schema with an $id can be named.')
  return id
}
