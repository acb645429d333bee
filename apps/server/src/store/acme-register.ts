import type { AcmeAccount } from '../acme-policies/acme-account.ts'
import type { AcmeRegister } from '../acme-policies/acme-register.ts'
import { orderNow, wireIdentifier } from '../protocols/acme/order-status.ts'
import type { AcmeAccountTable } from './acme-schema.ts'
import { fromJson } from './json.ts'
import { knownOrderStatements, knownOrders } from './known-orders.ts'
import { mergedById, pageById } from './page-cursor.ts'
import type { Db, TenantContext } from './store-context.ts'

/** Accounts and orders as administrators see them. */
export function acmeRegister(context: TenantContext): AcmeRegister {
  const { database, tenant, audit } = context
  const statements = knownOrderStatements(context)
  return {
    account: (id) =>
      database.read(async (db) => {
        const row = await accounts(db, tenant).where('acme_account.id', '=', id).executeTakeFirst()
        return row && toAccount(row)
      }),
    accounts: ({ policy, authority, authorities }, page) => {
      const readOf = (limit: number, before: string | undefined, of: string | undefined) =>
        database.read((db) => {
          let rows = accounts(db, tenant)
          if (policy !== undefined) rows = rows.where('acme_account.policy', '=', policy)
          if (of !== undefined) rows = rows.where('acme_policy.authority', '=', of)
          if (before !== undefined) rows = rows.where('acme_account.id', '<', before)
          return rows.orderBy('acme_account.id', 'desc').limit(limit).execute()
        })
      const read = (limit: number, before: string | undefined) =>
        authorities === undefined
          ? readOf(limit, before, authority)
          : mergedById(authorities, limit, (of) => readOf(limit, before, of))
      return pageById(page, read, toAccount)
    },
    orders: async (account, now, page) => {
      const read = (limit: number, before: string | undefined) =>
        database.read((db) => knownOrders(db, { tenant, account, limit, before }, statements))
      return pageById(page, read, (order) => {
        const { status, error } = orderNow(order, now)
        const { id, policy, profile, names, createdAt, expiresAt } = order
        return {
          id,
          account,
          policy,
          ...(profile !== undefined && { profile }),
          status,
          identifiers: names.map((name) => wireIdentifier(name).value),
          ...(error !== undefined && { problem: error.detail }),
          ...(status === 'valid' && { certificate: id }),
          createdAt,
          expiresAt,
        }
      })
    },
    revokeAccount: (id, record) =>
      database.write(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('acme_account')
          .set({ status: 'revoked' })
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .where('status', '=', 'valid')
          .executeTakeFirstOrThrow()
        if (numUpdatedRows === 0n) return false
        await audit.record(trx, tenant, record)
        return true
      }),
  }
}

/** Those of policies that are gone are gone from here too: what they did is in the audit and the register. */
function accounts(db: Db, tenant: string) {
  return db
    .selectFrom('acme_account')
    .innerJoin('acme_policy', 'acme_policy.id', 'acme_account.policy')
    .selectAll('acme_account')
    .select('acme_policy.authority')
    .where('acme_account.tenant', '=', tenant)
}

function toAccount(row: AcmeAccountTable & { readonly authority: string }): AcmeAccount {
  const { id, policy, authority, status, contacts, thumbprint, directory, binding, binding_name } = row
  return {
    id,
    policy,
    authority,
    status,
    contacts: fromJson(contacts),
    thumbprint,
    isAtSharedDirectory: directory === '',
    ...(binding !== null && { binding: { id: binding, name: binding_name ?? '' } }),
    createdAt: row.created_at,
    createdFrom: row.created_from,
  }
}
