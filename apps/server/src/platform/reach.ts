import { Refusal } from '@chancery/pki'
import type { Answer, Call, ListReach, Reach } from './routes.ts'

/** Whether a principal that is bound to one CA may call a route at all. */
export function takesBound<Domain>(reach: Reach<Domain>): boolean {
  return reach !== 'tenant'
}

/**
 * The call as a principal that is bound to one CA may make it: a list is narrowed to its CA, and an object of another CA is not
 * found. Other principals' calls stay as they are. Throws `Refusal` 'not-found'.
 */
export async function narrow<Domain>(reach: Reach<Domain>, call: Call<Domain>): Promise<Call<Domain>> {
  const bound = call.principal.authority
  if (bound === undefined) return call
  if (reach === 'tenant') throw new Error('A bound principal came past its admission.')
  if ('authorityParam' in reach) {
    if (fieldOf(call.params, reach.authorityParam) !== bound) throw notFound()
    return call
  }
  if ('authorityOfItem' in reach) {
    const asked = fieldOf(call.query, 'authority')
    if (asked !== undefined && asked !== bound) throw notFound()
    return { ...call, query: { ...asObject(call.query), authority: bound } }
  }
  const found = await reach.authorityOf(call)
  const all = typeof found === 'object' ? found : [found]
  if (all.length === 0 || all.some((authority) => authority !== bound)) throw notFound()
  return call
}

/** Looks once more at a list that leaves: an item of another CA is a mistake of ours, and does not go out. Throws a fault. */
export function staysInside<Domain>(reach: Reach<Domain>, call: Call<Domain>, answer: Answer): void {
  const bound = call.principal.authority
  if (bound === undefined || !isList(reach)) return
  const items = fieldOf(answer.body, 'items')
  if (!Array.isArray(items)) throw new Error('A list has no items.')
  if (items.some((item) => reach.authorityOfItem(item) !== bound)) {
    throw new Error('A list held items of a CA that its caller may not see.')
  }
}

/** Refuses a row whose reach does not fit its path or query. A mistake of the programmer, found at start. */
export function assertReach<Domain>(
  reach: Reach<Domain>,
  row: { readonly path: string; readonly schema: { readonly querystring?: object } },
): void {
  if (reach === 'tenant') return
  if ('authorityParam' in reach && !row.path.split('/').includes(`:${reach.authorityParam}`)) {
    throw new TypeError(`${row.path} has no parameter ${reach.authorityParam}.`)
  }
  if (isList(reach) && fieldOf(fieldOf(row.schema.querystring, 'properties'), 'authority') === undefined) {
    throw new TypeError(`${row.path} lists what belongs to CAs and has no query parameter "authority".`)
  }
}

function isList<Domain>(reach: Reach<Domain>): reach is ListReach {
  return typeof reach === 'object' && 'authorityOfItem' in reach
}

function notFound(): Refusal {
  return new Refusal('not-found', 'There is no such thing.')
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

function fieldOf(value: unknown, name: string): unknown {
  const object = asObject(value)
  return Object.hasOwn(object, name) ? Reflect.get(object, name) : undefined
}
