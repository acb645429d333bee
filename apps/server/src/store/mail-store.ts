import { Refusal } from '@chancery/pki'
import type { Mail, MailStore, OutgoingMail } from '../mail/mail-store.ts'
import { putInOutbox } from './outbox.ts'
import { pageById } from './page-cursor.ts'
import type { MailTable } from './people-schema.ts'
import { putEvent } from './put-event.ts'
import type { Db, StoreContext, Trx } from './store-context.ts'

const DAY = 86_400_000
/** To one address, of one tenant, within a day: nobody's mailbox is flooded through us. */
const MOST_A_DAY = 50
/** Stands for a body that is not there any more. */
export const EMPTY = new Uint8Array(0)

/** What lists read: all but the body. */
export const MAIL_COLUMNS = [
  'id',
  'tenant',
  'kind',
  'address',
  'about',
  'state',
  'attempts',
  'problem',
  'created_at',
  'expires_at',
  'settled_at',
] as const

/**
 * Puts a mail in the transaction of the act that causes it; the one before about the same is withdrawn while it waits. Throws
 * `Refusal` 'rate-limited' when the address got too many of the tenant.
 */
export async function putMail(trx: Trx, mail: OutgoingMail): Promise<void> {
  await withdrawMails(trx, mail, mail.createdAt)
  await checkPace(trx, mail)
  const { id, tenant, createdAt, expiresAt, sealedBody, ...same } = mail
  const row = { created_at: createdAt, expires_at: expiresAt, settled_at: null, sealed_body: sealedBody }
  await trx
    .insertInto('mail')
    .values({ ...same, ...row, id, tenant, state: 'waiting', attempts: 0, problem: null })
    .execute()
  await putInOutbox(trx, { id, tenant, kind: 'mail', key: id, dueAt: createdAt })
}

/** Ends the waiting of mails whose object has ended, or has a newer mail. Without a kind: whatever they say. */
export async function withdrawMails(
  trx: Trx,
  { tenant, about, kind }: Pick<OutgoingMail, 'tenant' | 'about'> & Partial<Pick<OutgoingMail, 'kind'>>,
  at: number,
): Promise<void> {
  let waiting = trx
    .updateTable('mail')
    .set({ state: 'withdrawn', settled_at: at, sealed_body: EMPTY })
    .where('tenant', '=', tenant)
    .where('about', '=', about)
    .where('state', '=', 'waiting')
  if (kind !== undefined) waiting = waiting.where('kind', '=', kind)
  const rows = await waiting.returning('id').execute()
  await leaveOutbox(trx, rows)
}

async function leaveOutbox(trx: Trx, rows: readonly { readonly id: string }[]): Promise<void> {
  if (rows.length === 0) return
  const ids = rows.map(({ id }) => id)
  await trx.deleteFrom('outbox').where('kind', '=', 'mail').where('key', 'in', ids).execute()
}

async function checkPace(trx: Trx, { tenant, address, createdAt }: OutgoingMail): Promise<void> {
  const { count } = await trx
    .selectFrom('mail')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('tenant', '=', tenant)
    .where('address', '=', address)
    .where('created_at', '>', createdAt - DAY)
    .executeTakeFirstOrThrow()
  if (count < MOST_A_DAY) return
  throw new Refusal('rate-limited', `At most ${MOST_A_DAY} mails go to one address within a day. Try again tomorrow.`)
}

export function mailStore(context: StoreContext): MailStore {
  return { ...lists(context), ...ends(context), ...sweeps(context) }
}

function lists({ database, audit, ...events }: StoreContext) {
  return {
    put: (mail, record) =>
      database.write(async (trx) => {
        await audit.recordCreation(trx, mail.tenant, record)
        await putMail(trx, mail)
        if (mail.kind !== 'request-invitation') return
        const { tenant, id: object, createdAt: at } = mail
        await putEvent(trx, { tenant, event: 'request.invited', object, at }, events)
      }),
    tell: (mail) => database.write((trx) => putMail(trx, mail)),
    find: (id) =>
      database.read(async (db) => {
        const row = await mails(db).where('id', '=', id).executeTakeFirst()
        return row && toMail(row)
      }),
    list: ({ state }, page) => {
      const read = (limit: number, before: string | undefined) =>
        database.read((db) => {
          let rows = mails(db)
          if (state !== undefined) rows = rows.where('state', '=', state)
          if (before !== undefined) rows = rows.where('id', '<', before)
          return rows.orderBy('id', 'desc').limit(limit).execute()
        })
      return pageById(page, read, toMail)
    },
    waiting: (id) =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('mail')
          .selectAll()
          .where('id', '=', id)
          .where('state', '=', 'waiting')
          .executeTakeFirst()
        if (row === undefined) return undefined
        const { tenant, kind, address, about, created_at, expires_at, sealed_body: sealedBody } = row
        return { id, tenant, kind, address, about, createdAt: created_at, expiresAt: expires_at, sealedBody }
      }),
  } satisfies Partial<MailStore>
}

function ends({ database, audit }: StoreContext) {
  return {
    settle: (id, { state, at, problem }, record) =>
      database.write(async (trx) => {
        const row = await trx
          .updateTable('mail')
          .set((eb) => ({
            state,
            settled_at: at,
            problem: problem ?? null,
            ...(state !== 'refused' && { sealed_body: EMPTY }),
            attempts: eb('attempts', '+', state === 'expired' ? 0 : 1),
          }))
          .where('id', '=', id)
          .where('state', '=', 'waiting')
          .returning('tenant')
          .executeTakeFirst()
        if (row !== undefined && record !== undefined) await audit.record(trx, row.tenant, record)
        return row !== undefined
      }),
    failed: async (id, problem) => {
      await database.write((trx) =>
        trx
          .updateTable('mail')
          .set((eb) => ({ problem, attempts: eb('attempts', '+', 1) }))
          .where('id', '=', id)
          .where('state', '=', 'waiting')
          .execute(),
      )
    },
  } satisfies Partial<MailStore>
}

function sweeps({ database }: StoreContext) {
  return {
    expire: async (now, limit) => {
      const isAnyLate = await database.read(
        async (db) =>
          (await lateWaiting(db, now).limit(1).executeTakeFirst()) !== undefined ||
          (await lateRefused(db, now).limit(1).executeTakeFirst()) !== undefined,
      )
      if (!isAnyLate) return 0
      return database.write(async (trx) => {
        const rows = await trx
          .updateTable('mail')
          .set({ state: 'expired', settled_at: now, sealed_body: EMPTY })
          .where('id', 'in', lateWaiting(trx, now).limit(limit))
          .where('state', '=', 'waiting')
          .returning('id')
          .execute()
        await leaveOutbox(trx, rows)
        return rows.length + (await emptyRefused(trx, now, limit))
      })
    },
    forget: (settledBefore, limit) =>
      database.write(async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('mail')
          .where('id', 'in', (eb) =>
            eb
              .selectFrom('mail')
              .select('id')
              .where('settled_at', '<', settledBefore)
              .orderBy('settled_at')
              .limit(limit),
          )
          .executeTakeFirstOrThrow()
        return Number(numDeletedRows)
      }),
  } satisfies Partial<MailStore>
}

/** What was refused is not sent again after its time. */
async function emptyRefused(trx: Trx, now: number, limit: number): Promise<number> {
  const { numUpdatedRows } = await trx
    .updateTable('mail')
    .set({ sealed_body: EMPTY })
    .where('id', 'in', lateRefused(trx, now).limit(limit))
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}

function lateWaiting(db: Db, now: number) {
  return db
    .selectFrom('mail')
    .select('id')
    .where('state', '=', 'waiting')
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
}

function lateRefused(db: Db, now: number) {
  return db
    .selectFrom('mail')
    .select('id')
    .where('state', '=', 'refused')
    .where('expires_at', '<=', now)
    .where('sealed_body', '<>', EMPTY)
    .orderBy('expires_at')
}

function mails(db: Db) {
  return db.selectFrom('mail').select(MAIL_COLUMNS)
}

export function toMail(row: Pick<MailTable, (typeof MAIL_COLUMNS)[number]>): Mail {
  const { created_at, expires_at, settled_at, problem, ...same } = row
  return {
    ...same,
    createdAt: created_at,
    expiresAt: expires_at,
    ...(settled_at !== null && { settledAt: settled_at }),
    ...(problem !== null && { problem }),
  }
}
