import { Refusal } from '@chancery/pki'
import type { AcmePolicy } from '../acme-policies/acme-policy.ts'
import type { AcmePolicyStore } from '../acme-policies/policy-store.ts'
import type { AcmePolicyTable } from './acme-schema.ts'
import { isUniqueViolation } from './database-errors.ts'
import { fromJson, toJson } from './json.ts'
import { mergedById, pageById } from './page-cursor.ts'
import type { Db, TenantContext, Trx } from './store-context.ts'

export function acmePolicyStore(context: TenantContext): AcmePolicyStore {
  const { database, tenant, audit } = context
  return {
    ...changePolicies(context),
    find: (id) =>
      database.read(async (db) => {
        const row = await policies(db, tenant).where('id', '=', id).executeTakeFirst()
        return row && toPolicy(row)
      }),
    list: ({ authority, authorities }, page) => {
      const readOf = (limit: number, before: string | undefined, of: string | undefined) =>
        database.read((db) => {
          let rows = policies(db, tenant)
          if (of !== undefined) rows = rows.where('authority', '=', of)
          if (before !== undefined) rows = rows.where('id', '<', before)
          return rows.orderBy('id', 'desc').limit(limit).execute()
        })
      const read = (limit: number, before: string | undefined) =>
        authorities === undefined
          ? readOf(limit, before, authority)
          : mergedById(authorities, limit, (of) => readOf(limit, before, of))
      return pageById(page, read, toPolicy)
    },
    delete: (id, record) =>
      database.write(async (trx) => {
        await trx.deleteFrom('acme_binding').where('tenant', '=', tenant).where('policy', '=', id).execute()
        const { numDeletedRows } = await trx
          .deleteFrom('acme_policy')
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .executeTakeFirstOrThrow()
        if (numDeletedRows === 0n) return false
        await revokeAccounts(trx, tenant, id)
        await audit.record(trx, tenant, record)
        return true
      }),
  }
}

function changePolicies({ database, tenant, audit }: TenantContext): Pick<AcmePolicyStore, 'create' | 'update'> {
  return {
    create: (policy, createdAt, record) =>
      refuseTakenName(() =>
        database.write(async (trx) => {
          await audit.recordCreation(trx, tenant, record)
          // The CA is asked for by the statement that writes: it may be deleted at this moment.
          const { numUpdatedRows } = await trx
            .updateTable('authority')
            .set((eb) => ({ status: eb.ref('status') }))
            .where('tenant', '=', tenant)
            .where('id', '=', policy.authority)
            .where('status', 'in', ['active', 'awaiting-certificate'])
            .executeTakeFirstOrThrow()
          if (numUpdatedRows === 0n) throw new Refusal('not-found', 'There is no such CA, or it issues nothing more.')
          await trx
            .insertInto('acme_policy')
            .values(policyRow(policy, tenant, createdAt))
            .execute()
        }),
      ),
    update: (id, revision, { name, enabled, settings }, record) =>
      refuseTakenName(() =>
        database.write(async (trx) => {
          const row = await trx
            .updateTable('acme_policy')
            .set({
              ...(name !== undefined && { name }),
              ...(enabled !== undefined && { enabled: enabled ? 1 : 0 }),
              ...(settings !== undefined && { settings: toJson(settings) }),
              revision: revision + 1,
            })
            .where('tenant', '=', tenant)
            .where('id', '=', id)
            .where('revision', '=', revision)
            .returningAll()
            .executeTakeFirst()
          if (row === undefined) return refuseOvertaken(trx, tenant, id)
          await audit.record(trx, tenant, record)
          return toPolicy(row)
        }),
      ),
  }
}

/** Policies of a CA that ends, with their bindings; their accounts order nothing more. */
export async function dropPolicies(trx: Trx, tenant: string, authority: string): Promise<void> {
  const found = await policies(trx, tenant).where('authority', '=', authority).execute()
  for (const { id } of found) {
    await trx.deleteFrom('acme_binding').where('tenant', '=', tenant).where('policy', '=', id).execute()
    await trx.deleteFrom('acme_policy').where('tenant', '=', tenant).where('id', '=', id).execute()
    await revokeAccounts(trx, tenant, id)
  }
}

/** A policy of this CA that offers the template, if there is one. */
export async function policyOffering(
  trx: Trx,
  tenant: string,
  { authority, template }: { readonly authority: string; readonly template: string },
): Promise<AcmePolicy | undefined> {
  const found = await policies(trx, tenant).where('authority', '=', authority).execute()
  return found.map(toPolicy).find(({ settings }) => settings.profiles.some((profile) => profile.template === template))
}

async function revokeAccounts(trx: Trx, tenant: string, policy: string): Promise<void> {
  await trx
    .updateTable('acme_account')
    .set({ status: 'revoked' })
    .where('tenant', '=', tenant)
    .where('policy', '=', policy)
    .where('status', '=', 'valid')
    .execute()
}

function policies(db: Db | Trx, tenant: string) {
  return db.selectFrom('acme_policy').selectAll().where('tenant', '=', tenant)
}

function policyRow(policy: AcmePolicy, tenant: string, createdAt: number): AcmePolicyTable {
  const { publicId, enabled, settings, ...same } = policy
  return {
    ...same,
    tenant,
    public_id: publicId,
    enabled: enabled ? 1 : 0,
    settings: toJson(settings),
    created_at: createdAt,
  }
}

export type PolicyRow = Omit<AcmePolicyTable, 'tenant' | 'created_at'>

export function toPolicy({ id, public_id, authority, name, enabled, revision, settings }: PolicyRow): AcmePolicy {
  return { id, publicId: public_id, authority, name, enabled: enabled === 1, revision, settings: fromJson(settings) }
}

async function refuseOvertaken(trx: Trx, tenant: string, id: string): Promise<undefined> {
  const row = await policies(trx, tenant).where('id', '=', id).executeTakeFirst()
  if (row === undefined) return undefined
  throw new Refusal('conflict', `Somebody changed this policy meanwhile: it is at revision ${row.revision} now.`)
}

async function refuseTakenName<Result>(change: () => Promise<Result>): Promise<Result> {
  try {
    return await change()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    const detail = 'Another ACME policy has this name: choose another one.'
    throw new Refusal('conflict', detail, [{ field: '/name', detail }])
  }
}
