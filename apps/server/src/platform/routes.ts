import type { Static, TObject, TSchema } from 'typebox'
import type { Principal, Role } from '../accounts/roles.ts'
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

/** One call of a route, after everything that stands before a handler has passed. */
export interface Call<Domain, S extends RouteSchema = RouteSchema> {
  readonly principal: Principal
  /** The domain of the principal's tenant. Nothing of another tenant can be reached through it. */
  readonly domain: Domain
  /** For commands of the domain: who, in which tenant, when, and the `Idempotency-Key` of the call. */
  readonly act: Act
  readonly params: StaticOf<S['params']>
  readonly query: StaticOf<S['querystring']>
  readonly body: StaticOf<S['body']>
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
 * How far a route reaches. A principal that is bound to one CA passes only `authority` routes, and only for its own CA: what is
 * another CA's is not found, just as what is another tenant's.
 */
export type Reach<Domain, S extends RouteSchema = RouteSchema> =
  /** The whole tenant. */
  | 'tenant'
  /** The CA whose id is this parameter of the path. */
  | { readonly authorityParam: string }
  /** A list: filtered by its query parameter `authority`, which is set to the CA of a principal that is bound to one. */
  | ListReach
  /** The CA (or CAs) of the objects that the call names. Asked only for principals that are bound to a CA. */
  | FoundReach<Domain, S>

export interface ListReach {
  /** The CA of an item: that no item of another CA leaves is checked once more. */
  authorityOfItem(item: unknown): unknown
}

export interface FoundReach<Domain, S extends RouteSchema = RouteSchema> {
  /** `undefined` for an object that is not there. */
  authorityOf(call: Call<Domain, S>): Promise<string | undefined | readonly (string | undefined)[]>
}

/** One row of the table of routes: who may call it, how far it reaches, what it takes and gives. */
export interface RouteRow<Domain, S extends RouteSchema = RouteSchema> {
  readonly method: Method
  /** e.g. `/api/v1/authorities/:id`. */
  readonly path: string
  /** The least role that may call it; 'authenticated': any. */
  readonly role: Role | 'authenticated'
  readonly reach: Reach<Domain, S>
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly schema: S
  /** Bytes of body at most; 1 MiB when not given. */
  readonly bodyLimit?: number
  /** When the answer of 200 is not JSON: its media types; the body is then text or bytes, and `headers` name the one it is. */
  readonly mediaTypes?: readonly string[]
  /** Makes something, and takes an `Idempotency-Key`: how the answer is given again for the id of what was made before. */
  readonly creates?: Creates<Domain, S>
  handle(call: Call<Domain, S>): Promise<Answer<S['response']>>
}

export interface Creates<Domain, S extends RouteSchema = RouteSchema> {
  /** The answer for what the same call made before. Secrets that are shown once are not shown again. */
  present(call: Call<Domain, S>, id: string): Promise<Answer<S['response']>>
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
