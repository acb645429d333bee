import { Refusal } from '@chancery/pki'
import { serialFromHex, serialToHex } from '@chancery/x509'
import type { CertificateFilter } from '../certificates/certificate-register.ts'
import { decodeCursor, type Key } from './page-cursor.ts'
import { type KeyRange, keyRange } from './search-keys.ts'

/**
 * How a list of certificates is read: in one order, which one index gives, from one scope. What the index cannot answer is asked of
 * each row that it gives.
 */
export interface ListPlan {
  /**
   * `newest`: by id, descending. `expiry`, `expired`: by end of validity, soonest or latest first. `name`: by search key. What is of
   * one template is kept by expiry alone, so the latest to expire stand for the newest.
   */
  readonly order: 'newest' | 'expiry' | 'expired' | 'name'
  /** Absent: the whole tenant. */
  readonly scope: Scope | undefined
  readonly range?: KeyRange
  /** Set for lists that have an index of their own. */
  readonly revocation?: 'revoked' | 'held'
  readonly exactly?: { readonly serial: string } | { readonly fingerprint: Uint8Array }
  readonly notAfter?: Between
  readonly rest: Rest
  readonly after: Key | undefined
}

interface Scope {
  readonly column: 'authority' | 'template'
  readonly id: string
}

interface Between {
  readonly from: number | undefined
  readonly to: number | undefined
}

/** What is asked of each row. */
export interface Rest {
  readonly authority?: string | undefined
  readonly template?: string | undefined
  readonly serial?: string | undefined
  readonly revocation?: 'revoked' | 'held' | 'none' | undefined
  readonly notAfter?: Between
}

const KEYS = {
  newest: ['string'],
  expiry: ['number', 'string'],
  expired: ['number', 'string'],
  name: ['string', 'string'],
} as const

/** Throws `Refusal` 'malformed' for a serial number that is none and for a cursor of another list. */
function planList(filter: CertificateFilter, now: number, after: string | undefined): ListPlan {
  const plan = planWithoutCursor(filter, now)
  return { ...plan, after: after === undefined ? undefined : decodeCursor(plan.order, KEYS[plan.order], after) }
}

/**
 * The plans of a list of several CAs: one for each, all in one order and from one place on, so that their entries can be merged. One
 * for a list of one CA or of all.
 */
export function planLists(
  { authorities, ...filter }: CertificateFilter,
  now: number,
  after: string | undefined,
): readonly ListPlan[] {
  if (authorities === undefined) return [planList(filter, now, after)]
  return authorities.map((authority) => planList({ ...filter, authority }, now, after))
}

/** Whether `a` comes before `b` in a list of this order (negative), or after it (positive). */
export function compareKeys(order: ListPlan['order'], a: Key, b: Key): number {
  const forwards = order === 'expiry' || order === 'name' ? 1 : -1
  for (const [at, part] of a.entries()) {
    const other = b[at] ?? ''
    const difference =
      typeof part === 'number' && typeof other === 'number'
        ? part - other
        : Buffer.compare(Buffer.from(String(part)), Buffer.from(String(other)))
    if (difference !== 0) return forwards * difference
  }
  return 0
}

function planWithoutCursor(filter: CertificateFilter, now: number): Omit<ListPlan, 'after'> {
  const { authority, template, status, name, fingerprint } = filter
  const serial = filter.serialNumber === undefined ? undefined : normalSerial(filter.serialNumber)
  const notAfter = validity(filter, now)
  const revocation = status === 'valid' || status === 'expired' ? ('none' as const) : status
  const all = { authority, template, serial, revocation, notAfter }

  if (fingerprint !== undefined) return { order: 'newest', scope: undefined, exactly: { fingerprint }, rest: all }
  if (serial !== undefined) return { order: 'newest', scope: undefined, exactly: { serial }, rest: all }
  if (name !== undefined && name !== '') return { order: 'name', scope: undefined, range: keyRange(name), rest: all }
  const scope = template === undefined ? ofAuthority(authority) : ({ column: 'template', id: template } as const)
  if (notAfter.from !== undefined || notAfter.to !== undefined) {
    return { order: status === 'expired' ? 'expired' : 'expiry', scope, notAfter, rest: all }
  }
  if (revocation === 'revoked' || revocation === 'held') {
    return { order: 'newest', scope: ofAuthority(authority), revocation, rest: all }
  }
  return template === undefined
    ? { order: 'newest', scope, rest: all }
    : { order: 'expired', scope, notAfter, rest: all }
}

function ofAuthority(id: string | undefined): Scope | undefined {
  return id === undefined ? undefined : { column: 'authority', id }
}

/** The narrower of what the filter says and what its status means. */
function validity({ status, expiresFrom, expiresTo }: CertificateFilter, now: number): Between {
  const from = Math.max(expiresFrom ?? -Infinity, status === 'valid' ? now : -Infinity)
  const to = Math.min(expiresTo ?? Infinity, status === 'expired' ? now - 1 : Infinity)
  return { from: Number.isFinite(from) ? from : undefined, to: Number.isFinite(to) ? to : undefined }
}

function normalSerial(text: string): string {
  const serial = serialFromHex(text.trim())
  if (serial !== undefined) return serialToHex(serial)
  throw new Refusal('malformed', 'A serial number is written in hexadecimal digits.', [
    { field: 'serialNumber', detail: 'Give pairs of hexadecimal digits, with or without colons between them.' },
  ])
}
