import { Refusal } from '@chancery/pki'
import type { Tenant, TenantRegister, TenantStore } from '../accounts/tenant-store.ts'
import { SYSTEM_TENANT } from '../tenants/system-tenant.ts'
import { isUniqueViolation } from './database-errors.ts'
import { pageById } from './page-cursor.ts'
import type { StoreContext, TenantContext } from './store-context.ts'

const COLUMNS = ['id', 'name', 'created_at'] as const

export function tenantStore({ database, tenant, audit }: TenantContext): TenantStore {
  return {
    show: () =>
      database.read(async (db) => {
        const row = await db.selectFrom('tenant').select(COLUMNS).where('id', '=', tenant).executeTakeFirst()
        return row && toTenant(row)
      }),
    rename: (name, record) =>
      database.write(async (trx) => {
        const row = await trx
          .updateTable('tenant')
          .set({ name })
          .where('id', '=', tenant)
          .returning(COLUMNS)
          .executeTakeFirst()
        if (row === undefined) return undefined
        await audit.record(trx, tenant, record)
        return toTenant(row)
      }),
  }
}

export function tenantRegister({ database, audit }: StoreContext): TenantRegister {
  return {
    list: (page) => {
      const read = (limit: number, before: string | undefined) =>
        database.read((db) => {
          const rows = db
            .selectFrom('tenant')
            .select([...COLUMNS])
            .select((eb) =>
              eb
                .selectFrom('membership')
                .select((count) => count.fn.count<number>('account').distinct().as('members'))
                .whereRef('membership.tenant', '=', 'tenant.id')
                .$asScalar()
                .$notNull()
                .as('members'),
            )
            .where('id', '<>', SYSTEM_TENANT)
          return (before === undefined ? rows : rows.where('id', '<', before))
            .orderBy('id', 'desc')
            .limit(limit)
            .execute()
        })
      return pageById(page, read, ({ members, ...row }) => ({ ...toTenant(row), members }))
    },
    names: (ids) =>
      database.read(async (db) => {
        if (ids.length === 0) return new Map()
        const rows = await db.selectFrom('tenant').select(['id', 'name']).where('id', 'in', ids).execute()
        return new Map(rows.map(({ id, name }) => [id, name]))
      }),
    create: async ({ id, name, createdAt, owner, own }, record) => {
      try {
        await database.write(async (trx) => {
          await audit.recordCreation(trx, id, record)
          const account = await trx.selectFrom('account').select('id').where('id', '=', owner).executeTakeFirst()
          if (account === undefined) throw new Refusal('not-found', 'There is no such account.')
          await trx
            .insertInto('tenant')
            .values({ id, name, issuer_version: 0, created_at: createdAt, own_of: own ? owner : null })
            .execute()
          await trx
            .insertInto('membership')
            .values({ tenant: id, account: owner, authority: '', role: 'owner', created_at: createdAt })
            .execute()
        })
      } catch (error) {
        if (!isUniqueViolation(error)) throw error
        throw new Refusal('conflict', 'You made a tenant of your own already: each account has one.')
      }
    },
  }
}

function toTenant(row: { readonly id: string; readonly name: string; readonly created_at: number }): Tenant {
  return { id: row.id, name: row.name, createdAt: row.created_at }
}
