import type { ChallengeType } from '@chancery/pki'
import type { Authorization, Challenge } from '../protocols/acme/authorization-store.ts'
import type { AcmeAuthorizationTable, AcmeChallengeTable } from './acme-schema.ts'
import { fromJson } from './json.ts'
import { type Place, type Statement, statement } from './statement.ts'
import type { Db, StoreContext, Trx } from './store-context.ts'

/** What is run for every name of an order that has to be proven. */
export interface AuthorizationStatements {
  /** Authorizations of an account with their challenges, those that there are. */
  find(db: Db | Trx, of: OfAccount, ids: readonly string[]): Promise<readonly Authorization[]>
  /** The one that a challenge belongs to. */
  findByChallenge(db: Db, of: OfAccount, challenge: string): Promise<Authorization | undefined>
  /** What may be asked of authorizations in the transaction that finalizes their order, without their challenges. */
  state(trx: Trx, of: OfAccount, ids: readonly string[]): Promise<readonly AuthorizationState[]>
  insert(trx: Trx, tenant: string, authorization: Authorization): Promise<void>
  /** The one of an account for a name that is valid for longest, if it is for longer than `after`. */
  readonly reusable: Statement<Name, Pick<AcmeAuthorizationTable, 'id'>>
}

type AuthorizationState = Pick<AcmeAuthorizationTable, 'id' | 'status' | 'expires_at'>

interface OfAccount {
  tenant: string
  account: string
}

interface Name extends Pick<AcmeAuthorizationTable, 'tenant' | 'account' | 'policy' | 'type' | 'value' | 'wildcard'> {
  after: number
}

export function authorizationStatements(context: StoreContext): AuthorizationStatements {
  const byId = forCount((count) => authorizationsById(context, count))
  const stateById = forCount((count) => statesById(context, count))
  const byChallenge = authorizationByChallenge(context)
  const insertAuthorization = authorizationInserter(context)
  const insertChallenges = forCount((count) => challengesInserter(context, count))
  return {
    find: async (db, { tenant, account }, ids) => {
      if (ids.length === 0) return []
      const { rows } = await byId(ids.length)(db, { ...numbered(ids), tenant, account })
      return toAuthorizations(rows)
    },
    findByChallenge: async (db, { tenant, account }, challenge) => {
      const { rows } = await byChallenge(db, { tenant, account, challenge })
      return toAuthorizations(rows)[0]
    },
    state: async (trx, { tenant, account }, ids) => {
      if (ids.length === 0) return []
      return (await stateById(ids.length)(trx, { ...numbered(ids), tenant, account })).rows
    },
    insert: async (trx, tenant, authorization) => {
      await insertAuthorization(trx, authorizationRow(authorization, tenant))
      const { challenges } = authorization
      if (challenges.length > 0)
        await insertChallenges(challenges.length)(trx, newChallenges(challenges, authorization, tenant))
    },
    reusable: reusableStatement(context),
  }
}
function reusableStatement({ database: { kysely } }: StoreContext): AuthorizationStatements['reusable'] {
  return statement((place) =>
    kysely
      .selectFrom('acme_authorization')
      .select('id')
      .where('account', '=', place('account'))
      .where('value', '=', place('value'))
      .where('type', '=', place('type'))
      .where('wildcard', '=', place('wildcard'))
      .where('status', '=', 'valid')
      .where('tenant', '=', place('tenant'))
      .where('policy', '=', place('policy'))
      .where('expires_at', '>', place('after'))
      .orderBy('expires_at', 'desc')
      .limit(1),
  )
}

/** Most orders have a few names: for so many the statements are kept. */
const KEPT = 8

type Numbered = Readonly<Record<string, string>>

/** The statement for so many ids: kept for a few, built anew for many. */
function forCount<T>(build: (count: number) => T): (count: number) => T {
  const known = new Map<number, T>()
  return (count) => {
    const found = known.get(count) ?? build(count)
    if (count <= KEPT) known.set(count, found)
    return found
  }
}

function numbered(ids: readonly string[]): Record<string, string> {
  const values: Record<string, string> = {}
  for (const [at, id] of ids.entries()) values[`id${at}`] = id
  return values
}

function placesFor(place: Place<Numbered>, count: number) {
  return Array.from({ length: count }, (_, at) => place(`id${at}`))
}

/** An authorization beside one of its challenges, or beside none. */
type JoinedRow = AcmeAuthorizationTable & {
  readonly [Name in (typeof OF_CHALLENGE)[number] as `challenge_${Name}`]: AcmeChallengeTable[Name] | null
}
const OF_CHALLENGE = ['id', 'type', 'token', 'status', 'error', 'validated_at'] as const

function withChallenges({ database: { kysely } }: StoreContext) {
  return kysely
    .selectFrom('acme_authorization')
    .leftJoin('acme_challenge', 'acme_challenge.authorization', 'acme_authorization.id')
    .selectAll('acme_authorization')
    .select(OF_CHALLENGE.map((name) => `acme_challenge.${name} as challenge_${name}` as const))
}

function authorizationsById(context: StoreContext, count: number) {
  return statement<Numbered, JoinedRow>((place) =>
    withChallenges(context)
      .where('acme_authorization.id', 'in', placesFor(place, count))
      .where('acme_authorization.tenant', '=', place('tenant'))
      .where('acme_authorization.account', '=', place('account')),
  )
}

function authorizationByChallenge(context: StoreContext) {
  return statement<OfAccount & { challenge: string }, JoinedRow>((place) =>
    withChallenges(context)
      .where('acme_authorization.id', '=', (eb) =>
        eb.selectFrom('acme_challenge').select('authorization').where('id', '=', place('challenge')),
      )
      .where('acme_authorization.tenant', '=', place('tenant'))
      .where('acme_authorization.account', '=', place('account')),
  )
}

function statesById({ database: { kysely } }: StoreContext, count: number) {
  return statement<Numbered, AuthorizationState>((place) =>
    kysely
      .selectFrom('acme_authorization')
      .select(['id', 'status', 'expires_at'])
      .where('id', 'in', placesFor(place, count))
      .where('tenant', '=', place('tenant'))
      .where('account', '=', place('account')),
  )
}

function authorizationInserter({ database: { kysely } }: StoreContext): Statement<AcmeAuthorizationTable, unknown> {
  return statement((place) =>
    kysely.insertInto('acme_authorization').values({
      id: place('id'),
      tenant: place('tenant'),
      account: place('account'),
      policy: place('policy'),
      order: place('order'),
      type: place('type'),
      value: place('value'),
      wildcard: place('wildcard'),
      status: place('status'),
      created_at: place('created_at'),
      expires_at: place('expires_at'),
      validated_at: place('validated_at'),
    }),
  )
}

/** Challenges of one authorization, as they are made: each of its values with a number. */
interface NewChallenges extends OfAccount {
  authorization: string
  [id: `id${number}`]: string
  [type: `type${number}`]: ChallengeType
  [token: `token${number}`]: string
}

function challengesInserter({ database: { kysely } }: StoreContext, count: number) {
  return statement<NewChallenges, never>((place) =>
    kysely.insertInto('acme_challenge').values(
      Array.from({ length: count }, (_, at) => ({
        id: place(`id${at}`),
        tenant: place('tenant'),
        account: place('account'),
        authorization: place('authorization'),
        type: place(`type${at}`),
        token: place(`token${at}`),
        status: 'pending' as const,
        error: null,
        validated_at: null,
        started_at: null,
        due_at: null,
        leased: 0 as const,
        attempts: 0,
        claim: 0,
      })),
    ),
  )
}

function newChallenges(
  challenges: readonly Challenge[],
  { id, account }: Authorization,
  tenant: string,
): NewChallenges {
  const values: NewChallenges = { tenant, account, authorization: id }
  for (const [at, challenge] of challenges.entries()) {
    values[`id${at}`] = challenge.id
    values[`type${at}`] = challenge.type
    values[`token${at}`] = challenge.token
  }
  return values
}

function authorizationRow(authorization: Authorization, tenant: string): AcmeAuthorizationTable {
  const { id, account, policy, order, identifier, status, createdAt, expiresAt, validatedAt } = authorization
  return {
    ...{ id, tenant, account, policy, order, status },
    type: identifier.type,
    value: identifier.value,
    wildcard: identifier.wildcard ? 1 : 0,
    created_at: createdAt,
    expires_at: expiresAt,
    validated_at: validatedAt ?? null,
  }
}

/** Rows of a join become authorizations, each with its challenges in the order in which they were made. */
function toAuthorizations(rows: readonly JoinedRow[]): readonly Authorization[] {
  const byId = Map.groupBy(rows, ({ id }) => id)
  return [...byId.values()].flatMap((ofOne) => {
    const [row] = ofOne
    const challenges = ofOne.flatMap((one) => toChallenge(one) ?? []).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    return row === undefined ? [] : [toAuthorization(row, challenges)]
  })
}

function toAuthorization(row: AcmeAuthorizationTable, challenges: readonly Challenge[]): Authorization {
  const { id, account, policy, order, type, value, wildcard, status, validated_at } = row
  return {
    id,
    account,
    policy,
    order,
    identifier: { type, value, wildcard: wildcard === 1 },
    status,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    ...(validated_at !== null && { validatedAt: validated_at }),
    challenges,
  }
}

function toChallenge(row: JoinedRow): Challenge | undefined {
  const { challenge_id: id, challenge_type: type, challenge_status: status, challenge_error: error } = row
  if (id === null || type === null || status === null) return undefined
  const { challenge_validated_at: validatedAt } = row
  return {
    id,
    type,
    token: row.challenge_token ?? '',
    status,
    ...(error !== null && { error: fromJson(error) }),
    ...(validatedAt !== null && { validatedAt }),
  }
}
