import type { Authorization, Challenge } from '../protocols/acme/authorization-store.ts'
import type { AcmeAuthorizationTable, AcmeChallengeTable } from './acme-schema.ts'
import { fromJson, toJson } from './json.ts'
import { type Place, type Statement, statement } from './statement.ts'
import type { Db, StoreContext, Trx } from './store-context.ts'

/** What is run for every name of an order that has to be proven. */
export interface AuthorizationStatements {
  /** Authorizations of an account with their challenges, those that there are. */
  find(db: Db | Trx, of: OfAccount, ids: readonly string[]): Promise<readonly Authorization[]>
  insert(trx: Trx, tenant: string, authorization: Authorization): Promise<void>
  /** The authorization that a challenge belongs to. */
  readonly ofChallenge: Statement<OfAccount & { id: string }, Pick<AcmeChallengeTable, 'authorization'>>
  /** The one of an account for a name that is valid for longest, if it is for longer than `after`. */
  readonly reusable: Statement<Name, Pick<AcmeAuthorizationTable, 'id'>>
}

interface OfAccount {
  tenant: string
  account: string
}

interface Name extends Pick<AcmeAuthorizationTable, 'tenant' | 'account' | 'policy' | 'type' | 'value' | 'wildcard'> {
  after: number
}

export function authorizationStatements(context: StoreContext): AuthorizationStatements {
  const byId = forCount((count) => authorizationsById(context, count))
  const challengesOf = forCount((count) => challengesOfAuthorizations(context, count))
  const insertAuthorization = authorizationInserter(context)
  const insertChallenge = challengeInserter(context)
  return {
    find: async (db, { tenant, account }, ids) => {
      if (ids.length === 0) return []
      const { rows } = await byId(ids.length)(db, { ...numbered(ids), tenant, account })
      if (rows.length === 0) return []
      const challenges = await challengesOf(rows.length)(db, numbered(rows.map(({ id }) => id)))
      return rows.map((row) => toAuthorization(row, challenges.rows))
    },
    insert: async (trx, tenant, authorization) => {
      await insertAuthorization(trx, authorizationRow(authorization, tenant))
      for (const challenge of authorization.challenges)
        await insertChallenge(trx, challengeRow(challenge, authorization, tenant))
    },
    ...lookups(context),
  }
}

function lookups({ database: { kysely } }: StoreContext): Pick<AuthorizationStatements, 'ofChallenge' | 'reusable'> {
  return {
    ofChallenge: statement((place) =>
      kysely
        .selectFrom('acme_challenge')
        .select('authorization')
        .where('id', '=', place('id'))
        .where('tenant', '=', place('tenant'))
        .where('account', '=', place('account')),
    ),
    reusable: statement((place) =>
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
    ),
  }
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

function authorizationsById({ database: { kysely } }: StoreContext, count: number) {
  return statement<Numbered, AcmeAuthorizationTable>((place) =>
    kysely
      .selectFrom('acme_authorization')
      .selectAll()
      .where('id', 'in', placesFor(place, count))
      .where('tenant', '=', place('tenant'))
      .where('account', '=', place('account')),
  )
}

function challengesOfAuthorizations({ database: { kysely } }: StoreContext, count: number) {
  return statement<Numbered, AcmeChallengeTable>((place) =>
    kysely.selectFrom('acme_challenge').selectAll().where('authorization', 'in', placesFor(place, count)).orderBy('id'),
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

function challengeInserter({ database: { kysely } }: StoreContext): Statement<AcmeChallengeTable, unknown> {
  return statement((place) =>
    kysely.insertInto('acme_challenge').values({
      id: place('id'),
      tenant: place('tenant'),
      account: place('account'),
      authorization: place('authorization'),
      type: place('type'),
      token: place('token'),
      status: place('status'),
      error: place('error'),
      validated_at: place('validated_at'),
      started_at: place('started_at'),
      due_at: place('due_at'),
      leased: place('leased'),
      attempts: place('attempts'),
      claim: place('claim'),
    }),
  )
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

function challengeRow(challenge: Challenge, { id, account }: Authorization, tenant: string): AcmeChallengeTable {
  return {
    id: challenge.id,
    ...{ tenant, account, authorization: id },
    type: challenge.type,
    token: challenge.token,
    status: challenge.status,
    error: challenge.error === undefined ? null : toJson(challenge.error),
    validated_at: challenge.validatedAt ?? null,
    started_at: null,
    due_at: null,
    leased: 0,
    attempts: 0,
    claim: 0,
  }
}

function toAuthorization(row: AcmeAuthorizationTable, challenges: readonly AcmeChallengeTable[]): Authorization {
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
    challenges: challenges.filter(({ authorization }) => authorization === id).map(toChallenge),
  }
}

function toChallenge({ id, type, token, status, error, validated_at }: AcmeChallengeTable): Challenge {
  return {
    id,
    type,
    token,
    status,
    ...(error !== null && { error: fromJson(error) }),
    ...(validated_at !== null && { validatedAt: validated_at }),
  }
}
