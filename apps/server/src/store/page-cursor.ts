import { Refusal } from '@chancery/pki'
import type { Page, PageRequest } from '../tenants/page.ts'

/** The key at which a list goes on: its parts in the order of the list. */
export type Key = readonly (string | number)[]

const LONGEST = 4_000

/** The `next` of a page. It names the order of the list, so that it is not taken for a key of another one. */
export function encodeCursor(order: string, key: Key): string {
  return toText([order, ...key])
}

function toText(parts: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

/** The key in `after`. Throws `Refusal` 'malformed' for what `encodeCursor` did not make for this order. */
export function decodeCursor<const Kinds extends readonly ('string' | 'number')[]>(
  order: string,
  kinds: Kinds,
  after: string,
): { readonly [At in keyof Kinds]: Kinds[At] extends 'string' ? string : number } {
  const parts = after.length > LONGEST ? undefined : parse(after)
  const fits =
    parts?.length === kinds.length + 1 &&
    parts[0] === order &&
    kinds.every((kind, at) => isKeyPart(kind, parts[at + 1]))
  if (!fits) {
    throw new Refusal('malformed', 'This is not the start of a page of this list.', [
      { field: 'after', detail: 'Give the "next" of the page before, with the same filter, or leave it out.' },
    ])
  }
  return parts.slice(1) as unknown as { readonly [At in keyof Kinds]: Kinds[At] extends 'string' ? string : number }
}

function parse(after: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(after, 'base64url').toString())
    // Base64 is read leniently: only what was written as it was written is taken.
    return Array.isArray(value) && toText(value) === after ? value : undefined
  } catch {
    return undefined
  }
}

/** What a database takes as text and number: PostgreSQL holds no NUL, and integers are exact. */
function isKeyPart(kind: 'string' | 'number', part: unknown): boolean {
  if (kind === 'number') return Number.isSafeInteger(part)
  return typeof part === 'string' && !part.includes('\0')
}

/** Throws `Refusal` 'malformed' for a page that nobody may ask for. */
export function checkLimit({ limit }: PageRequest): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= 200) return limit
  throw new Refusal('malformed', 'A page has 1 to 200 entries.', [
    { field: 'limit', detail: 'Ask for a whole number from 1 to 200.' },
  ])
}

/**
 * Reads what several lists in order of id have next, as one list. Each is read by an index of its own, so that no list of another is
 * walked through.
 */
export async function mergedById<Row extends { readonly id: string }>(
  lists: readonly string[],
  limit: number,
  read: (list: string) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const rows = await Promise.all(lists.map(read))
  return rows
    .flat()
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, limit)
}

/** A page of a list in order of id, newest first. `read` gives at most `limit` rows before the id `before`. */
export async function pageById<Row extends { readonly id: string }, Item>(
  page: PageRequest,
  read: (limit: number, before: string | undefined) => Promise<readonly Row[]>,
  toItem: (row: Row) => Item,
): Promise<Page<Item>> {
  const limit = checkLimit(page)
  const before = page.after === undefined ? undefined : decodeCursor('id', ['string'], page.after)[0]
  const rows = await read(limit + 1, before)
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return {
    items: items.map(toItem),
    ...(rows.length > limit && last !== undefined && { next: encodeCursor('id', [last.id]) }),
  }
}
