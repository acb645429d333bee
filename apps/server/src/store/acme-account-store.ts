import { Refusal } from '@chancery/pki'
import type { AccountStore, AccountUnderPolicy, NewAccount } from '../protocols/acme/account-store.ts'
import { accountByKey } from './acme-door.ts'
import { isUniqueViolation } from './database-errors.ts'
import { toJson } from './json.ts'
import type { Db, TenantContext, Trx } from './store-context.ts'

/** What the protocol writes of accounts. */
export function acmeAccountStore(context: TenantContext): AccountStore {
  const { database, tenant, audit } = context
  return {
    register: (account, record) =>
      database.write(async (trx): Promise<AccountUnderPolicy | undefined> => {
        if (account.tenant !== tenant) throw new Error('an account of another tenant was to be registered')
        const { numInsertedOrUpdatedRows } = await trx
          .insertInto('acme_account')
          .values(accountRow(account))
          .onConflict((conflict) => conflict.columns(['directory', 'thumbprint']).doNothing())
          .executeTakeFirstOrThrow()
        if (numInsertedOrUpdatedRows === 0n) {
          const sooner = await accountByKey(trx, account.directory ?? '', account.thumbprint)
          if (sooner === undefined)
            throw new Refusal(
              'forbidden',
              'The account of this key was under a policy that is gone: register with another key.',
            )
          return sooner
        }
        await holdPolicy(trx, tenant, account.policy)
        if (account.binding !== undefined) await spendUse(trx, tenant, account)
        await audit.record(trx, tenant, record)
        return undefined
      }),
    setContacts: (id, contacts, record) =>
      database.write(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('acme_account')
          .set({ contacts: toJson(contacts) })
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .where('status', '=', 'valid')
          .executeTakeFirstOrThrow()
        if (numUpdatedRows === 1n) await audit.record(trx, tenant, record)
      }),
    deactivate: (id, record) =>
      database.write(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('acme_account')
          .set({ status: 'deactivated' })
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .where('status', '=', 'valid')
          .executeTakeFirstOrThrow()
        if (numUpdatedRows === 0n) return false
        await audit.record(trx, tenant, record)
        return true
      }),
    changeKey: (id, was, { jwk, thumbprint }, record) =>
      changeKey(context, { id, was, jwk: toJson(jwk), thumbprint }, record),
  }
}

async function changeKey(
  { database, tenant, audit }: TenantContext,
  {
    id,
    was,
    jwk,
    thumbprint,
  }: { id: string; was: string; jwk: ReturnType<typeof accountRow>['jwk']; thumbprint: string },
  record: Parameters<AccountStore['changeKey']>[3],
): ReturnType<AccountStore['changeKey']> {
  try {
    return await database.write(async (trx) => {
      // Before it is in the way: whoever took it a moment ago may not be seen from outside yet.
      const holder = await holderOf(trx, { tenant, id, thumbprint })
      if (holder !== undefined) return { result: 'taken', by: holder }
      const row = await trx
        .updateTable('acme_account')
        .set({ jwk, thumbprint })
        .where('tenant', '=', tenant)
        .where('id', '=', id)
        .where('thumbprint', '=', was)
        .where('status', '=', 'valid')
        .returning('id')
        .executeTakeFirst()
      if (row === undefined) return { result: 'overtaken' }
      await audit.record(trx, tenant, record)
      return { result: 'done' }
    })
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    const by = await database.read((db) => holderOf(db, { tenant, id, thumbprint }))
    return by === undefined ? { result: 'overtaken' } : { result: 'taken', by }
  }
}

/** Which account of the directory of this one has the key, itself too. */
async function holderOf(
  db: Db,
  { tenant, id, thumbprint }: { readonly tenant: string; readonly id: string; readonly thumbprint: string },
): Promise<string | undefined> {
  const row = await db
    .selectFrom('acme_account as other')
    .innerJoin('acme_account as own', 'own.directory', 'other.directory')
    .select('other.id')
    .where('own.id', '=', id)
    .where('own.tenant', '=', tenant)
    .where('other.thumbprint', '=', thumbprint)
    .executeTakeFirst()
  return row?.id
}

/** Waits for whoever deletes the policy, who revokes its accounts: one that comes later would be left. */
async function holdPolicy(trx: Trx, tenant: string, policy: string): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('acme_policy')
    .set((eb) => ({ revision: eb.ref('revision') }))
    .where('tenant', '=', tenant)
    .where('id', '=', policy)
    .where('enabled', '=', 1)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 0n) throw new Refusal('forbidden', 'The policy was deleted or disabled meanwhile.')
}

/** One of many that come at once gets the last use. */
async function spendUse(trx: Trx, tenant: string, { binding, createdAt, policy }: NewAccount): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('acme_binding')
    .set((eb) => ({ uses: eb('uses', '+', 1) }))
    .where('tenant', '=', tenant)
    .where('policy', '=', policy)
    .where('id', '=', binding?.id ?? '')
    .where((eb) => eb.or([eb('allowed_uses', 'is', null), eb('uses', '<', eb.ref('allowed_uses'))]))
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', createdAt)]))
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 1n) return
  throw new Refusal(
    'forbidden',
    `The external account binding "${binding?.name ?? ''}" lets no more accounts register: its uses are spent, it is over, or it was deleted. Ask for another one.`,
  )
}

function accountRow(account: NewAccount) {
  const { id, tenant, policy, directory = '', thumbprint, jwk, contacts, binding, createdAt, createdFrom } = account
  const { externalAccountBinding } = account
  return {
    id,
    tenant,
    policy,
    directory,
    thumbprint,
    jwk: toJson(jwk),
    status: 'valid',
    contacts: toJson(contacts),
    binding: binding?.id ?? null,
    binding_name: binding?.name ?? null,
    binding_jws: externalAccountBinding === undefined ? null : toJson(externalAccountBinding),
    created_at: createdAt,
    created_from: createdFrom,
  } as const
}
