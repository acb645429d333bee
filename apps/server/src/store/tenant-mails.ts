import { Refusal } from '@chancery/pki'
import type { TenantMails } from '../mail/mail-store.ts'
import { EMPTY, MAIL_COLUMNS, toMail } from './mail-store.ts'
import { putInOutbox } from './outbox.ts'
import { pageById } from './page-cursor.ts'
import type { Db, TenantContext, Trx } from './store-context.ts'

export function tenantMails({ database, tenant, audit, newId }: TenantContext): TenantMails {
  return {
    list: ({ state }, page) => {
      const read = (limit: number, before: string | undefined) =>
        database.read((db) => {
          let rows = mails(db, tenant)
          if (state !== undefined) rows = rows.where('state', '=', state)
          if (before !== undefined) rows = rows.where('id', '<', before)
          return rows.orderBy('id', 'desc').limit(limit).execute()
        })
      return pageById(page, read, toMail)
    },
    find: (id) =>
      database.read(async (db) => {
        const row = await mails(db, tenant).where('id', '=', id).executeTakeFirst()
        return row && toMail(row)
      }),
    resend: (id, record) =>
      database.write(async (trx) => {
        const { at } = record.act
        const row = await trx
          .updateTable('mail')
          .set({ state: 'waiting', settled_at: null, problem: null })
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .where('state', 'in', ['refused', 'waiting'])
          .where('expires_at', '>', at)
          .where('sealed_body', '<>', EMPTY)
          .returning(MAIL_COLUMNS)
          .executeTakeFirst()
        if (row === undefined) return refuse(trx, tenant, id)
        await refuseOlder(trx, tenant, row)
        await putInOutbox(trx, { id: newId(), tenant, kind: 'mail', key: id, dueAt: at })
        await audit.record(trx, tenant, record)
        return toMail(row)
      }),
  }
}

function mails(db: Db, tenant: string) {
  return db.selectFrom('mail').select(MAIL_COLUMNS).where('tenant', '=', tenant)
}

async function refuse(trx: Trx, tenant: string, id: string): Promise<undefined> {
  const row = await mails(trx, tenant).where('id', '=', id).executeTakeFirst()
  if (row === undefined) return undefined
  throw new Refusal(
    'conflict',
    row.state === 'sent'
      ? 'This mail was sent.'
      : 'What this mail says is of no use any more. Cause it anew: send the invitation or the claim again.',
  )
}

/** The link in a mail ends with the next one about the same. */
async function refuseOlder(
  trx: Trx,
  tenant: string,
  { id, kind, about }: { readonly id: string; readonly kind: string; readonly about: string },
): Promise<void> {
  const newer = await mails(trx, tenant).where('about', '=', about).where('id', '>', id).execute()
  if (newer.some((other) => other.kind === kind))
    throw new Refusal('conflict', 'A newer mail about the same took the place of this one.')
}
