import { Refusal } from '@chancery/pki'
import type { Binding } from '../acme-policies/binding.ts'
import type { BindingStore } from '../acme-policies/binding-store.ts'
import type { AcmeBindingTable } from './acme-schema.ts'
import { isUniqueViolation } from './database-errors.ts'
import { pageById } from './page-cursor.ts'
import type { Db, TenantContext } from './store-context.ts'

/** Bindings that a policy may have: more are forgotten ones. */
const MOST = 1_000

export function acmeBindingStore({ database, tenant, audit }: TenantContext): BindingStore {
  return {
    create: async ({ sealedKey, ...binding }, record) => {
      try {
        await database.write(async (trx) => {
          await audit.recordCreation(trx, tenant, record)
          // Holds the policy: it is not deleted at this moment, and its bindings are counted by one at a time.
          const { numUpdatedRows } = await trx
            .updateTable('acme_policy')
            .set((eb) => ({ revision: eb.ref('revision') }))
            .where('tenant', '=', tenant)
            .where('id', '=', binding.policy)
            .executeTakeFirstOrThrow()
          if (numUpdatedRows === 0n) throw new Refusal('not-found', 'There is no such ACME policy.')
          const { count } = await trx
            .selectFrom('acme_binding')
            .select((eb) => eb.fn.countAll<number>().as('count'))
            .where('policy', '=', binding.policy)
            .executeTakeFirstOrThrow()
          if (count >= MOST)
            throw new Refusal(
              'not-permitted',
              `A policy has at most ${MOST} bindings: delete some first. Their accounts stay.`,
            )
          await trx
            .insertInto('acme_binding')
            .values({
              id: binding.id,
              tenant,
              policy: binding.policy,
              kid: binding.kid,
              name: binding.name,
              sealed_key: sealedKey,
              allowed_uses: binding.allowedUses ?? null,
              uses: binding.uses,
              expires_at: binding.expiresAt ?? null,
              created_at: binding.createdAt,
            })
            .execute()
        })
      } catch (error) {
        if (!isUniqueViolation(error)) throw error
        const detail = 'Another binding of this policy has this name: choose another one.'
        throw new Refusal('conflict', detail, [{ field: '/name', detail }])
      }
    },
    find: (id) =>
      database.read(async (db) => {
        const row = await bindings(db, tenant).where('id', '=', id).executeTakeFirst()
        return row && toBinding(row)
      }),
    list: (policy, page) => {
      const read = (limit: number, before: string | undefined) =>
        database.read((db) => {
          let rows = bindings(db, tenant).where('policy', '=', policy)
          if (before !== undefined) rows = rows.where('id', '<', before)
          return rows.orderBy('id', 'desc').limit(limit).execute()
        })
      return pageById(page, read, toBinding)
    },
    delete: (id, record) =>
      database.write(async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('acme_binding')
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .executeTakeFirstOrThrow()
        if (numDeletedRows === 0n) return false
        await audit.record(trx, tenant, record)
        return true
      }),
  }
}

/** Never with the key: nobody but the door for new accounts has a use for it. */
function bindings(db: Db, tenant: string) {
  return db
    .selectFrom('acme_binding')
    .select(['id', 'policy', 'kid', 'name', 'allowed_uses', 'uses', 'expires_at', 'created_at'])
    .where('tenant', '=', tenant)
}

function toBinding(row: Omit<AcmeBindingTable, 'tenant' | 'sealed_key'>): Binding {
  const { id, policy, kid, name, allowed_uses, uses, expires_at, created_at } = row
  return {
    id,
    policy,
    kid,
    name,
    ...(allowed_uses !== null && { allowedUses: allowed_uses }),
    uses,
    ...(expires_at !== null && { expiresAt: expires_at }),
    createdAt: created_at,
  }
}
