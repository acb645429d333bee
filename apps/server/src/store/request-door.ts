import { timingSafeEqual } from 'node:crypto'
import type { RequestDoor } from '../enrollment/request-store.ts'
import { toLink } from './request-links.ts'
import { toRequest } from './request-store.ts'
import type { StoreContext } from './store-context.ts'
import { toTemplate } from './template-store.ts'

export function requestDoor({ database }: StoreContext): RequestDoor {
  return {
    find: (purpose, secretHash) =>
      database.read(async (db) => {
        const link = await db
          .selectFrom('request_link')
          .selectAll()
          .where('secret_hash', '=', secretHash)
          .where('purpose', '=', purpose)
          .executeTakeFirst()
        if (link === undefined || !timingSafeEqual(link.secret_hash, secretHash)) return undefined
        const request = await db
          .selectFrom('enrollment_request')
          .selectAll()
          .where('tenant', '=', link.tenant)
          .where('id', '=', link.request)
          .executeTakeFirst()
        return request && { tenant: link.tenant, request: toRequest(request), link: toLink(link) }
      }),
    templateByPublicId: (publicId) =>
      database.read(async (db) => {
        const row = await db.selectFrom('template').selectAll().where('public_id', '=', publicId).executeTakeFirst()
        return row && { tenant: row.tenant, template: toTemplate(row) }
      }),
    forget: (expiredBefore, unconfirmedBefore, limit) =>
      database.write(async (trx) => {
        const links = await trx
          .deleteFrom('request_link')
          .where('id', 'in', (eb) =>
            eb
              .selectFrom('request_link')
              .select('id')
              .where('expires_at', '<', expiredBefore)
              .orderBy('expires_at')
              .limit(limit),
          )
          .executeTakeFirstOrThrow()
        const requests = await trx
          .deleteFrom('enrollment_request')
          .where('id', 'in', (eb) =>
            eb
              .selectFrom('enrollment_request')
              .select('id')
              .where('status', '=', 'unconfirmed')
              .where('created_at', '<', unconfirmedBefore)
              .orderBy('created_at')
              .limit(limit),
          )
          .where('status', '=', 'unconfirmed')
          .executeTakeFirstOrThrow()
        return Number(links.numDeletedRows + requests.numDeletedRows)
      }),
  }
}
