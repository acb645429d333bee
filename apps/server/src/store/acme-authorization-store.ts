import type { Authorization, AuthorizationStore, Challenge } from '../protocols/acme/authorization-store.ts'
import type { AcmeAuthorizationTable, AcmeChallengeTable } from './acme-schema.ts'
import { fromJson, toJson } from './json.ts'
import type { Db, TenantContext, Trx } from './store-context.ts'

export function acmeAuthorizationStore(context: TenantContext): AuthorizationStore {
  const { database, tenant } = context
  return {
    ...changeAuthorizations(context),
    find: (account, id) => database.read(async (db) => (await authorizationsOf(db, tenant, account, [id]))[0]),
    findByChallenge: (account, challenge) =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('acme_challenge')
          .select('authorization')
          .where('id', '=', challenge)
          .where('tenant', '=', tenant)
          .where('account', '=', account)
          .executeTakeFirst()
        return row && (await authorizationsOf(db, tenant, account, [row.authorization]))[0]
      }),
    reusable: (account, policy, identifiers, after) =>
      database.read(async (db) => {
        const found: Authorization[] = []
        for (const { type, value, wildcard } of identifiers) {
          const row = await db
            .selectFrom('acme_authorization')
            .select('id')
            .where('account', '=', account)
            .where('value', '=', value)
            .where('type', '=', type)
            .where('wildcard', '=', wildcard ? 1 : 0)
            .where('status', '=', 'valid')
            .where('tenant', '=', tenant)
            .where('policy', '=', policy)
            .where('expires_at', '>', after)
            .orderBy('expires_at', 'desc')
            .limit(1)
            .executeTakeFirst()
          if (row !== undefined) found.push(...(await authorizationsOf(db, tenant, account, [row.id])))
        }
        return found
      }),
    countPending: (account, now, most) =>
      database.read(async (db) => {
        const { count } = await db
          .selectFrom(
            db
              .selectFrom('acme_authorization')
              .select('id')
              .where('account', '=', account)
              .where('tenant', '=', tenant)
              .where('status', '=', 'pending')
              .where('expires_at', '>', now)
              .limit(most)
              .as('pending'),
          )
          .select((eb) => eb.fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow()
        return count
      }),
  }
}

function changeAuthorizations({ database, tenant }: TenantContext): Pick<AuthorizationStore, 'begin' | 'deactivate'> {
  return {
    begin: async (account, challenge, at) => {
      await database.write(async (trx) => {
        const row = await trx
          .selectFrom('acme_challenge')
          .innerJoin('acme_authorization', 'acme_authorization.id', 'acme_challenge.authorization')
          .select('acme_challenge.status')
          .where('acme_challenge.id', '=', challenge)
          .where('acme_challenge.tenant', '=', tenant)
          .where('acme_challenge.account', '=', account)
          .where('acme_authorization.status', '=', 'pending')
          .where('acme_authorization.expires_at', '>', at)
          .executeTakeFirst()
        if (row === undefined) return
        const update = trx.updateTable('acme_challenge').where('id', '=', challenge)
        if (row.status === 'pending') {
          await update
            .set({ status: 'processing', started_at: at, due_at: at, leased: 0, attempts: 0 })
            .where('status', '=', 'pending')
            .execute()
        } else {
          // What somebody looks at right now is left to them.
          await update
            .set({ due_at: at })
            .where('status', '=', 'processing')
            .where('leased', '=', 0)
            .where('due_at', '>', at)
            .execute()
        }
      })
    },
    deactivate: (account, id) =>
      database.write(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('acme_authorization')
          .set({ status: 'deactivated' })
          .where('id', '=', id)
          .where('tenant', '=', tenant)
          .where('account', '=', account)
          .where('status', 'in', ['pending', 'valid'])
          .executeTakeFirstOrThrow()
        if (numUpdatedRows === 0n) return false
        await trx
          .updateTable('acme_challenge')
          .set({ due_at: null })
          .where('authorization', '=', id)
          .where('due_at', 'is not', null)
          .execute()
        return true
      }),
  }
}

export async function insertAuthorization(trx: Trx, tenant: string, authorization: Authorization): Promise<void> {
  const { id, account, policy, order, identifier, status, createdAt, expiresAt, validatedAt, challenges } =
    authorization
  await trx
    .insertInto('acme_authorization')
    .values({
      id,
      tenant,
      account,
      policy,
      order,
      type: identifier.type,
      value: identifier.value,
      wildcard: identifier.wildcard ? 1 : 0,
      status,
      created_at: createdAt,
      expires_at: expiresAt,
      validated_at: validatedAt ?? null,
    })
    .execute()
  await trx
    .insertInto('acme_challenge')
    .values(
      challenges.map((challenge) => ({
        id: challenge.id,
        tenant,
        account,
        authorization: id,
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
      })),
    )
    .execute()
}

/** Authorizations of an account with their challenges, those that there are. */
export async function authorizationsOf(
  db: Db | Trx,
  tenant: string,
  account: string,
  ids: readonly string[],
): Promise<readonly Authorization[]> {
  const rows = await db
    .selectFrom('acme_authorization')
    .selectAll()
    .where('id', 'in', ids)
    .where('tenant', '=', tenant)
    .where('account', '=', account)
    .execute()
  if (rows.length === 0) return []
  const challenges = await db
    .selectFrom('acme_challenge')
    .selectAll()
    .where(
      'authorization',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('id')
    .execute()
  return rows.map((row) => toAuthorization(row, challenges))
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
