import { Refusal } from '@chancery/pki'
import type { Passkey, PasskeyStore } from '../accounts/passkey-store.ts'
import { recordOfAccount } from './account-audit.ts'
import { isUniqueViolation } from './database-errors.ts'
import type { PasskeyTable } from './sign-in-schema.ts'
import type { StoreContext } from './store-context.ts'

const MOST_OF_AN_ACCOUNT = 50

export function passkeyStore(context: StoreContext): PasskeyStore {
  const { database } = context
  const findBy = (column: 'id' | 'credential_id', value: string) =>
    database.read(async (db) => {
      const row = await db.selectFrom('passkey').selectAll().where(column, '=', value).executeTakeFirst()
      return row && toPasskey(row)
    })
  return {
    find: (id) => findBy('id', id),
    findByCredential: (credentialId) => findBy('credential_id', credentialId),
    list: (account) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('passkey')
          .selectAll()
          .where('account', '=', account)
          .orderBy('id', 'desc')
          .limit(100)
          .execute()
        return rows.map(toPasskey)
      }),
    add: async (passkey, record) => {
      try {
        await database.write(async (trx) => {
          const { count } = await trx
            .selectFrom('passkey')
            .select((eb) => eb.fn.countAll<number>().as('count'))
            .where('account', '=', passkey.account)
            .executeTakeFirstOrThrow()
          if (count >= MOST_OF_AN_ACCOUNT) {
            throw new Refusal('not-permitted', `An account has at most ${MOST_OF_AN_ACCOUNT} passkeys: remove one.`)
          }
          await trx.insertInto('passkey').values(toRow(passkey)).execute()
          await recordOfAccount(trx, context, record)
        })
      } catch (error) {
        if (isUniqueViolation(error)) throw new Refusal('conflict', 'This passkey is there already.')
        throw error
      }
    },
    rename: (id, name) =>
      database.write(async (trx) => {
        const row = await trx
          .updateTable('passkey')
          .set({ name })
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst()
        return row && toPasskey(row)
      }),
    count: (id, counter) =>
      database.write(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('passkey')
          .set({ counter })
          .where('id', '=', id)
          // Many authenticators keep none and say 0 each time.
          .where('counter', counter === 0 ? '=' : '<', counter)
          .executeTakeFirstOrThrow()
        return numUpdatedRows > 0n
      }),
    remove: (account, id, record) =>
      database.write(async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('passkey')
          .where('account', '=', account)
          .where('id', '=', id)
          .executeTakeFirstOrThrow()
        if (numDeletedRows === 0n) return false
        await recordOfAccount(trx, context, record)
        return true
      }),
  }
}

function toRow({ credentialId, publicKey, deviceType, backedUp, createdAt, ...row }: Passkey): PasskeyTable {
  return {
    ...row,
    credential_id: credentialId,
    public_key: publicKey,
    device_type: deviceType,
    backed_up: backedUp ? 1 : 0,
    created_at: createdAt,
  }
}

function toPasskey({ credential_id, public_key, device_type, backed_up, created_at, ...row }: PasskeyTable): Passkey {
  return {
    ...row,
    credentialId: credential_id,
    publicKey: public_key,
    deviceType: device_type,
    backedUp: backed_up === 1,
    createdAt: created_at,
  }
}
