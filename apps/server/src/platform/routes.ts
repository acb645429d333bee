import type { Static, TObject, TSchema } from 'typebox'
import type { Principal, Role } from '../accounts/roles.ts'
import type { Scheme, SignedIn } from '../accounts/session-of.ts'
import type { Act } from '../audit/audit-record.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The statuses that a handler answers with itself. Everything else is a `Refusal`. */
export type Status = 200 | 201 | 202 | 204

/** What a route takes and gives. Bodies are strict, path and query are text and therefore coerced. */
export interface RouteSchema {
  readonly params?: TObject
  readonly querystring?: TObject
  readonly body?: TSchema
  /** By status. `Type.Null()` for 204. Problems are the same everywhere and are not listed. */
  readonly response: Readonly<Partial<Record<Status, TSchema>>>
}

/** What every handler gets, after everything that stands before it has passed. */
interface CallOf<Domain, S extends RouteSchema> {
  readonly domain: Domain
  /** For commands of the domain: who, in which tenant, when, and the `Idempotency-Key` of the call. */
  readonly act: Act
  readonly params: StaticOf<S['params']>
  readonly query: StaticOf<S['querystring']>
  readonly body: StaticOf<S['body']>
}

/** One call of a route of a tenant. Nothing of another tenant can be reached through its domain. */
export interface Call<Domain, S extends RouteSchema = RouteSchema> extends CallOf<Domain, S> {
  readonly principal: Principal
  /** The CAs that a list may tell of, for a caller who may see some only; the query says nothing narrower then. */
  readonly authorities?: readonly string[]
}

/** One call of a route that stands above tenants. The tenant of its act is the installation's; a handler that acts in one names it. */
export interface AboveCall<Domain, Who extends RoleAbove, S extends RouteSchema = RouteSchema>
  extends CallOf<Domain, S> {
  readonly caller: Who extends 'anyone' ? SignedIn | undefined : SignedIn
  readonly from: CallOrigin
}

/** Where a call comes from, as its sender says and a trusted proxy tells. */
export interface CallOrigin {
  /** Of IPv6 the network, /64. */
  readonly address: string
  /** What the program calls itself; empty when it does not. */
  readonly userAgent: string
  readonly scheme: Scheme
}

type StaticOf<T> = T extends TSchema ? Static<T> : unknown

/** What a handler gives back: one of its statuses with the body of that status (`null` for 204). */
export type Answer<R extends RouteSchema['response'] = RouteSchema['response']> = {
  readonly [S in keyof R & Status]: {
    readonly status: S
    readonly body: StaticOf<R[S]>
    /** The path of what was made, e.g. `/api/v1/authorities/01h…`. */
    readonly location?: string
    readonly headers?: Readonly<Record<string, string>>
  }
}[keyof R & Status]

/**
 * How far a route reaches, and so where its caller needs the role. Who has the role for the whole tenant passes everywhere; who has
 * it for some CAs passes where those are meant: what is of a CA for which one has no role at all is not found, just as what is
 * another tenant's.
 */
export type Reach<Domain, S extends RouteSchema = RouteSchema> =
  /** The whole tenant. */
  | 'tenant'
  /** Nothing of any CA: whoever has the role, for whatever. */
  | 'anywhere'
  /** The CA whose id is this parameter of the path. */
  | { readonly authorityParam: string }
  /** A list, filtered by its query parameter `authority`. For who may see some CAs only it is narrowed to those (`Call.authorities`). */
  | ListReach
  /** The CA (or CAs) of the objects that the call names. Asked only for principals without the role for the whole tenant. */
  | FoundReach<Domain, S>

export interface ListReach {
  /** The CA of an item: that no item of another CA leaves is checked once more. */
  authorityOfItem(item: unknown): unknown
}

export interface FoundReach<Domain, S extends RouteSchema = RouteSchema> {
  /** `undefined` for an object that is not there. */
  authorityOf(call: Call<Domain, S>): Promise<string | undefined | readonly (string | undefined)[]>
}

/** What every row of the table of routes says, whoever may call it. */
interface RowOf<C, S extends RouteSchema> {
  readonly method: Method
  /** e.g. `/api/v1/authorities/:id`. */
  readonly path: string
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly schema: S
  /** Bytes of body at most; 1 MiB when not given. */
  readonly bodyLimit?: number
  /** When the answer of 200 is not JSON: its media types; the body is then text or bytes, and `headers` name the one it is. */
  readonly mediaTypes?: readonly string[]
  /** The answer may last, as exports do: few run at once. */
  readonly isLong?: true
  /** It changes something and is let through while the disk is nearly full: what must not wait for room. */
  readonly needsLittleRoom?: true
  /** Makes something, and takes an `Idempotency-Key`: how the answer is given again for the id of what was made before. */
  readonly creates?: Creates<C, S>
  handle(call: C): Promise<Answer<S['response']>>
}

export interface Creates<C, S extends RouteSchema = RouteSchema> {
  /** The answer for what the same call made before. Secrets that are shown once are not shown again. */
  present(call: C, id: string): Promise<Answer<S['response']>>
}

/** A row of the table of routes in a tenant: who may call it, how far it reaches, what it takes and gives. */
export interface RouteRow<Domain, S extends RouteSchema = RouteSchema> extends RowOf<Call<Domain, S>, S> {
  /** The least role that may call it. */
  readonly role: Role
  readonly reach: Reach<Domain, S>
  /** For people who are signed in: API tokens are refused, whatever their role. */
  readonly forPeople?: true
}

/**
 * Who may call what stands above tenants:
 * - `operator`: accounts that run the installation. They have no right inside a tenant by it.
 * - `account`: whoever is signed in, in whatever tenant or none.
 * - `anyone`: strangers too; what they send bears its own proof. Bounded by address.
 *
 * API tokens are of a tenant, and call none of these but the last.
 */
export const ROLES_ABOVE = ['operator', 'account', 'anyone'] as const
export type RoleAbove = (typeof ROLES_ABOVE)[number]

/** A row of the table of routes that stands above tenants. */
export type AboveRow<Domain, S extends RouteSchema = RouteSchema> = {
  [Who in RoleAbove]: RowOfWho<Domain, Who, S>
}[RoleAbove]

export interface RowOfWho<Domain, Who extends RoleAbove, S extends RouteSchema = RouteSchema>
  extends RowOf<AboveCall<Domain, Who, S>, S> {
  readonly role: Who
}

/** Any row: one table holds them all. */
export type AnyRow<Domain, Above> = RouteRow<Domain> | AboveRow<Above>

/** Whether a row stands above tenants. */
export function isAbove<Domain, Above>(row: AnyRow<Domain, Above>): row is AboveRow<Above> {
  return !('reach' in row)
}

/**
 * The function with which the rows of one domain are written: it ties the types of a row's handler to its schemas.
 *
 *     const route = routesOf<TenantDomain>()
 *     export const ROUTES = [route({ method: 'GET', path: '/api/v1/templates/:id', … })]
 */
export function routesOf<Domain>(): <S extends RouteSchema>(row: RouteRow<Domain, S>) => RouteRow<Domain> {
  return (row) => row
}

/** The same for the rows above tenants. */
export function aboveRoutesOf<Domain>(): <Who extends RoleAbove, S extends RouteSchema>(
  row: RowOfWho<Domain, Who, S>,
) => RowOfWho<Domain, Who> {
  return (row) => row
}
