import { type TSchema, Type } from 'typebox'

/** How many items a page has when nobody asks for a number, and at most. */
export const PAGE_LIMIT = { default: 50, maximum: 200 } as const

/** The query of every list: how many, and after which page. Spread into a list's own query. */
export const PAGE_QUERY = {
  limit: Type.Integer({
    minimum: 1,
    maximum: PAGE_LIMIT.maximum,
    default: PAGE_LIMIT.default,
    description: 'How many items at most.',
  }),
  after: Type.Optional(
    Type.String({ minLength: 1, maxLength: 512, description: 'The `next` of the page before: opaque.' }),
  ),
}

/** A page of a list, under its own name in OpenAPI. The last page has no `next`. */
export function pageOf<T extends TSchema>(id: string, item: T) {
  return Type.Object(
    {
      items: Type.Array(item),
      next: Type.Optional(Type.String({ description: 'Give it as `after` to get the next page; absent on the last.' })),
    },
    { $id: id, additionalProperties: false },
  )
}
