import type { FastifyRequest } from 'fastify'
import type { Principal, Standing } from '../accounts/roles.ts'
import type { SessionOf } from '../accounts/session-of.ts'
import { HttpProblem } from './problem.ts'

/** How callers are known. Every call asks anew, so that what was ended counts at once, in every process. */
export interface Callers {
  /** Whose token this is, if it is anybody's now. */
  principalOf(token: string): Promise<Principal | undefined>
  /** Who is signed in by these cookies. */
  readonly sessionOf: SessionOf
  /** What an account is now; `undefined` when it is none any more. */
  standingOf(account: string): Promise<Standing | undefined>
}

/** Names the tenant that a signed-in person means, by its id. */
const TENANT_HEADER = 'chancery-tenant'

/**
 * The principal of somebody who is signed in, in the tenant that the request names, or in the only one there is. Throws
 * `HttpProblem`: 'malformed' when several are possible, 'forbidden' for one of which the account is no member, whether it is there
 * or not.
 */
export function chooseTenant(account: string, { tenants }: Standing, asked: string | undefined): Principal {
  const tenant = asked ?? onlyOf([...tenants.keys()])
  const roles = tenants.get(tenant)
  if (roles === undefined) throw new HttpProblem('forbidden', 'You are no member of this tenant.')
  return { tenant, account, roles }
}

/** A token is of one tenant. Throws `HttpProblem` 'forbidden' when the request names another. */
export function checkTenant({ tenant }: Principal, asked: string | undefined): void {
  if (asked === undefined || asked === tenant) return
  throw new HttpProblem('forbidden', 'This token is for another tenant than Chancery-Tenant says.')
}

/** The tenant that a request names. Throws `HttpProblem` 'malformed' when it names several. */
export function tenantAsked(request: FastifyRequest): string | undefined {
  const value = request.headers[TENANT_HEADER]
  if (value === undefined || (typeof value === 'string' && !value.includes(','))) return value
  throw new HttpProblem('malformed', 'Chancery-Tenant names one tenant.')
}

function onlyOf(tenants: readonly string[]): string {
  const [only, ...others] = tenants
  if (only === undefined) {
    throw new HttpProblem(
      'forbidden',
      'You are a member of no tenant. Make your own (POST /api/v1/tenants), or be invited.',
    )
  }
  if (others.length === 0) return only
  throw new HttpProblem(
    'malformed',
    'You are a member of several tenants: say which one is meant, by the header Chancery-Tenant with its id.',
    { problems: [{ field: 'Chancery-Tenant', detail: 'GET /api/v1/account lists your tenants.' }] },
  )
}
