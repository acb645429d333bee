import type { NewSession, Session, SessionMoment, SessionStore } from '../accounts/session-store.ts'
import { recordOfAccount } from './account-audit.ts'
import type { SessionTable } from './sign-in-schema.ts'
import { statement } from './statement.ts'
import type { StoreContext, Trx } from './store-context.ts'

const MOST_LISTED = 100

export function sessionStore(context: StoreContext): SessionStore {
  const { database } = context
  return {
    create: (session, record) =>
      database.write(async (trx) => {
        await insertSession(trx, session)
        if (record !== undefined) await recordOfAccount(trx, context, record)
      }),
    find: findSession(context),
    list: (account, { now, idleMs }) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('session')
          .selectAll()
          .where('account', '=', account)
          .where('expires_at', '>', now)
          .where('last_seen_at', '>', now - idleMs)
          .orderBy('id', 'desc')
          .limit(MOST_LISTED)
          .execute()
        return rows.map(toSession)
      }),
    end: (account, session, record) =>
      database.write(async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('session')
          .where('account', '=', account)
          .where('id', '=', session)
          .executeTakeFirstOrThrow()
        if (numDeletedRows === 0n) return false
        await recordOfAccount(trx, context, record)
        return true
      }),
    endAll: (account, except, record) =>
      database.write(async (trx) => {
        const ended = await endSessions(trx, account, except)
        if (ended > 0) await recordOfAccount(trx, context, record)
        return ended
      }),
    touch: async (session, at) => {
      await database.write((trx) =>
        trx
          .updateTable('session')
          .set({ last_seen_at: at })
          .where('id', '=', session)
          .where('last_seen_at', '<', at)
          .execute(),
      )
    },
    forget: ({ now, idleMs }, limit) =>
      database.write(async (trx) => {
        const over = trx
          .selectFrom('session')
          .select('id')
          .where((eb) => eb.or([eb('expires_at', '<=', now), eb('last_seen_at', '<=', now - idleMs)]))
          .limit(limit)
        const { numDeletedRows } = await trx.deleteFrom('session').where('id', 'in', over).executeTakeFirstOrThrow()
        return Number(numDeletedRows)
      }),
  }
}

/** Into the transaction that proves who it is. */
async function insertSession(trx: Trx, session: NewSession): Promise<void> {
  const { tokenHash, createdAt, expiresAt, userAgent, ...row } = session
  await trx
    .insertInto('session')
    .values({
      ...row,
      token_hash: tokenHash,
      created_at: createdAt,
      last_seen_at: createdAt,
      expires_at: expiresAt,
      user_agent: userAgent,
    })
    .execute()
}

/** Ends the sessions of an account, all but one. How many there were. */
export async function endSessions(trx: Trx, account: string, except?: string): Promise<number> {
  const { numDeletedRows } = await trx
    .deleteFrom('session')
    .where('account', '=', account)
    .where('id', '<>', except ?? '')
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

/** Asked for every call with a cookie. */
function findSession({ database }: StoreContext): SessionStore['find'] {
  const find = statement<{ tokenHash: Uint8Array; now: number; seenAfter: number }, SessionTable>((place) =>
    database.kysely
      .selectFrom('session')
      .selectAll()
      .where('token_hash', '=', place('tokenHash'))
      .where('expires_at', '>', place('now'))
      .where('last_seen_at', '>', place('seenAfter')),
  )
  return async (tokenHash: Uint8Array, { now, idleMs }: SessionMoment) => {
    const { rows } = await database.read((db) => find(db, { tokenHash, now, seenAfter: now - idleMs }))
    return rows[0] && toSession(rows[0])
  }
}

function toSession(row: SessionTable): Session {
  const { id, account, way, address } = row
  return {
    id,
    account,
    way,
    address,
    userAgent: row.user_agent,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
  }
}
