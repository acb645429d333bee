import { ChangeNoticeSettings, NoticeSettings } from '@chancery/api'
import { recordOf } from '../../audit/audit-record.ts'
import { checkedNotices } from '../../notices/notice-settings.ts'
import { route } from './api-domain.ts'

/** Whom the tenant has told about certificates. */
export const NOTICE_ROUTES = [
  route({
    method: 'GET',
    path: '/api/v1/tenant/notices',
    role: 'auditor',
    reach: 'tenant',
    operationId: 'showNoticeSettings',
    summary: 'Show who is told about certificates, and when',
    schema: { response: { 200: NoticeSettings } },
    async handle({ domain }) {
      return { status: 200, body: await domain.stores.notices.show() }
    },
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/tenant/notices',
    role: 'administrator',
    reach: 'tenant',
    operationId: 'changeNoticeSettings',
    summary: 'Change who is told about certificates, and when',
    description: 'Counts from the next day’s notices on.',
    schema: { body: ChangeNoticeSettings, response: { 200: NoticeSettings } },
    async handle({ domain, act, body }) {
      const settings = checkedNotices({ ...(await domain.stores.notices.show()), ...body })
      const details = {
        ...settings,
        days: settings.days.join(', '),
        contacts: settings.contacts.join(', '),
      }
      const object = { type: 'tenant', id: domain.tenant }
      await domain.stores.notices.change(settings, recordOf(act, { action: 'notices.change', object, details }))
      return { status: 200, body: settings }
    },
  }),
]
