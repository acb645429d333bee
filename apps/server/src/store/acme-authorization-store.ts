import type { Authorization, AuthorizationStore } from '../protocols/acme/authorization-store.ts'
import { type AuthorizationStatements, authorizationStatements } from './acme-authorization-statements.ts'
import type { AcmeChallengeTable } from './acme-schema.ts'
import { statement } from './statement.ts'
import type { StoreContext, TenantContext } from './store-context.ts'

/** The stores of all tenants share what is run for every name that is proven. */
export function acmeAuthorizationStores(context: StoreContext): (tenant: string) => AuthorizationStore {
  const statements = authorizationStatements(context)
  const { countPending } = pendingStatements(context)
  const beginning = beginStatements(context)
  return (tenant) => ({
    ...findAuthorizations({ ...context, tenant }, statements),
    countPending: (account, now) =>
      context.database.read(async (db) => {
        const { rows } = await countPending(db, { tenant, account, now })
        return rows[0]?.count ?? 0
      }),
    ...beginChallenges({ ...context, tenant }, beginning),
    ...deactivateAuthorizations({ ...context, tenant }),
  })
}

function findAuthorizations(
  { database, tenant }: TenantContext,
  { find, findByChallenge, reusable }: AuthorizationStatements,
): Pick<AuthorizationStore, 'find' | 'findByChallenge' | 'reusable'> {
  return {
    find: (account, id) => database.read(async (db) => (await find(db, { tenant, account }, [id]))[0]),
    findByChallenge: (account, challenge) => database.read((db) => findByChallenge(db, { tenant, account }, challenge)),
    reusable: (account, policy, identifiers, after) =>
      database.read(async (db) => {
        const found: Authorization[] = []
        for (const { type, value, wildcard } of identifiers) {
          const name = { tenant, account, policy, type, value, wildcard: wildcard ? 1 : 0, after } as const
          const { rows } = await reusable(db, name)
          const [row] = rows
          if (row !== undefined) found.push(...(await find(db, { tenant, account }, [row.id])))
        }
        return found
      }),
  }
}

function pendingStatements({ database: { kysely } }: StoreContext) {
  interface Values {
    tenant: string
    account: string
    now: number
  }
  return {
    countPending: statement<Values, { count: number }>((place) =>
      kysely
        .selectFrom('acme_authorization')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('account', '=', place('account'))
        .where('tenant', '=', place('tenant'))
        .where('status', '=', 'pending')
        .where('expires_at', '>', place('now')),
    ),
  }
}

function beginStatements({ database: { kysely } }: StoreContext) {
  type Key = { tenant: string; account: string; id: string; at: number }
  type Begun = { id: string; at: number }
  return {
    status: statement<Key, Pick<AcmeChallengeTable, 'status'>>((place) =>
      kysely
        .selectFrom('acme_challenge')
        .innerJoin('acme_authorization', 'acme_authorization.id', 'acme_challenge.authorization')
        .select('acme_challenge.status')
        .where('acme_challenge.id', '=', place('id'))
        .where('acme_challenge.tenant', '=', place('tenant'))
        .where('acme_challenge.account', '=', place('account'))
        .where('acme_authorization.status', '=', 'pending')
        .where('acme_authorization.expires_at', '>', place('at')),
    ),
    begin: statement<Begun, unknown>((place) =>
      kysely
        .updateTable('acme_challenge')
        .set({ status: 'processing', started_at: place('at'), due_at: place('at'), leased: 0, attempts: 0 })
        .where('id', '=', place('id'))
        .where('status', '=', 'pending'),
    ),
    // What somebody looks at right now is left to them.
    sooner: statement<Begun, unknown>((place) =>
      kysely
        .updateTable('acme_challenge')
        .set({ due_at: place('at') })
        .where('id', '=', place('id'))
        .where('status', '=', 'processing')
        .where('leased', '=', 0)
        .where('due_at', '>', place('at')),
    ),
  }
}

function beginChallenges(
  { database, tenant }: TenantContext,
  { status, begin, sooner }: ReturnType<typeof beginStatements>,
): Pick<AuthorizationStore, 'begin'> {
  return {
    begin: async (account, id, at) => {
      await database.write(async (trx) => {
        const { rows } = await status(trx, { tenant, account, id, at })
        const [row] = rows
        if (row !== undefined) await (row.status === 'pending' ? begin : sooner)(trx, { id, at })
      })
    },
  }
}

function deactivateAuthorizations({ database, tenant }: TenantContext): Pick<AuthorizationStore, 'deactivate'> {
  return {
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
