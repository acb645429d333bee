import type { Challenge, ChallengeStore } from '../accounts/challenge-store.ts'
import type { SignInChallengeTable } from './sign-in-schema.ts'
import type { StoreContext } from './store-context.ts'

export function challengeStore({ database }: StoreContext): ChallengeStore {
  return {
    put: async ({ sealedValue, createdAt, expiresAt, ...row }) => {
      await database.write((trx) =>
        trx
          .insertInto('sign_in_challenge')
          .values({ ...row, sealed_value: sealedValue, created_at: createdAt, expires_at: expiresAt })
          .execute(),
      )
    },
    find: (identifier) =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('sign_in_challenge')
          .selectAll()
          .where('identifier', '=', identifier)
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst()
        return row && toChallenge(row)
      }),
    take: (id) =>
      database.write(async (trx) => {
        const row = await trx.deleteFrom('sign_in_challenge').where('id', '=', id).returningAll().executeTakeFirst()
        return row && toChallenge(row)
      }),
    dropOthers: (identifier, except, until) =>
      database.write(async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('sign_in_challenge')
          .where('identifier', '=', identifier)
          .where('id', '<>', except)
          .where('created_at', '<=', until)
          .executeTakeFirstOrThrow()
        return Number(numDeletedRows)
      }),
    drop: async (identifier) => {
      await database.write((trx) => trx.deleteFrom('sign_in_challenge').where('identifier', '=', identifier).execute())
    },
    forget: (now) =>
      database.write(async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('sign_in_challenge')
          .where('expires_at', '<', now)
          .executeTakeFirstOrThrow()
        return Number(numDeletedRows)
      }),
  }
}

function toChallenge({ sealed_value, created_at, expires_at, ...row }: SignInChallengeTable): Challenge {
  return { ...row, sealedValue: sealed_value, createdAt: created_at, expiresAt: expires_at }
}
