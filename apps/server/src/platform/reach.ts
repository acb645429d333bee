import { Refusal } from '@chancery/pki'
import { holds, isAtLeast, type Role, roleFor } from '../accounts/roles.ts'
import { HttpProblem } from './problem.ts'
import type { Answer, Call, ListReach, Reach, RouteRow } from './routes.ts'

/**
 * The call as its principal may make it: for who has the role of the row for the whole tenant it stays as it is; for others a list
 * is narrowed to their CAs, and an object is looked at first. Throws `Refusal` 'not-found' for what is of a CA for which they have
 * no role at all, `HttpProblem` 'forbidden' where they have a lesser one.
 */
export async function narrow<Domain>(
  { reach, role }: Pick<RouteRow<Domain>, 'reach' | 'role'>,
  call: Call<Domain>,
): Promise<Call<Domain>> {
  const { principal } = call
  if (holds(principal, role) || reach === 'anywhere') return call
  if (reach === 'tenant') throw new Error('A principal without the role came past its admission.')
  if ('authorityParam' in reach) {
    check(call, role, [fieldOf(call.params, reach.authorityParam)])
    return call
  }
  if (isList(reach)) {
    const asked = fieldOf(call.query, 'authority')
    if (asked === undefined) return { ...call, authorities: authoritiesOf(call, role) }
    check(call, role, [asked])
    return call
  }
  const found = await reach.authorityOf(call)
  check(call, role, typeof found === 'object' ? found : [found])
  return call
}

/** Looks once more at a list that leaves: an item of another CA is a mistake of ours, and does not go out. Throws a fault. */
export function staysInside<Domain>(
  { reach, role }: Pick<RouteRow<Domain>, 'reach' | 'role'>,
  { principal }: Call<Domain>,
  answer: Answer,
): void {
  if (holds(principal, role) || !isList(reach)) return
  const items = fieldOf(answer.body, 'items')
  if (!Array.isArray(items)) throw new Error('A list has no items.')
  const strays = items.some((item) => {
    const authority = reach.authorityOfItem(item)
    return typeof authority !== 'string' || !holds(principal, role, authority)
  })
  if (strays) throw new Error('A list held items of a CA that its caller may not see.')
}

/** Refuses a row whose reach does not fit its path or query. A mistake of the programmer, found at start. */
export function assertReach<Domain>(
  reach: Reach<Domain>,
  row: { readonly path: string; readonly schema: { readonly querystring?: object } },
): void {
  if (typeof reach === 'string') return
  if ('authorityParam' in reach && !row.path.split('/').includes(`:${reach.authorityParam}`)) {
    throw new TypeError(`${row.path} has no parameter ${reach.authorityParam}.`)
  }
  if (isList(reach) && fieldOf(fieldOf(row.schema.querystring, 'properties'), 'authority') === undefined) {
    throw new TypeError(`${row.path} lists what belongs to CAs and has no query parameter "authority".`)
  }
}

/** Every CA that a call means has to be one for which its principal has the role. */
function check<Domain>({ principal }: Call<Domain>, least: Role, meant: readonly unknown[]): void {
  if (meant.length === 0) throw notFound()
  const roles = meant.map((authority) => (typeof authority === 'string' ? roleFor(principal, authority) : undefined))
  if (roles.includes(undefined)) throw notFound()
  const lesser = roles.find((role) => role !== undefined && !isAtLeast(role, least))
  if (lesser === undefined) return
  throw new HttpProblem(
    'forbidden',
    `This needs the role ${least} for this certificate authority; yours there is ${lesser}.`,
  )
}

function authoritiesOf<Domain>({ principal }: Call<Domain>, least: Role): readonly string[] {
  return principal.roles.flatMap(({ authority, role }) =>
    authority !== undefined && isAtLeast(role, least) ? [authority] : [],
  )
}

function isList<Domain>(reach: Reach<Domain>): reach is ListReach {
  return typeof reach === 'object' && 'authorityOfItem' in reach
}

function notFound(): Refusal {
  return new Refusal('not-found', 'There is no such thing.')
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
}
