import { DEFAULT_NOTICES, type NoticeStore } from '../notices/notice-settings.ts'
import { fromJson, toJson } from './json.ts'
import type { TenantContext } from './store-context.ts'

export function noticeStore({ database, tenant, audit }: TenantContext): NoticeStore {
  return {
    show: () =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('notice_settings')
          .select('settings')
          .where('tenant', '=', tenant)
          .executeTakeFirst()
        return row === undefined ? DEFAULT_NOTICES : fromJson(row.settings)
      }),
    change: async (settings, record) => {
      await database.write(async (trx) => {
        await trx
          .insertInto('notice_settings')
          .values({ tenant, settings: toJson(settings) })
          .onConflict((conflict) => conflict.column('tenant').doUpdateSet({ settings: toJson(settings) }))
          .execute()
        await audit.record(trx, tenant, record)
      })
    },
  }
}
