import { Id, type TenantMail as MailBody, MailQuery, TenantMail, TenantMailPage, toTimestamp } from '@chancery/api'
import { Refusal } from '@chancery/pki'
import { Type } from 'typebox'
import { recordOf } from '../../audit/audit-record.ts'
import type { Mail } from '../../mail/mail-store.ts'
import { route } from './api-domain.ts'

/** What became of the mails that the tenant caused. */
export const TENANT_MAIL_ROUTES = [
  route({
    method: 'GET',
    path: '/api/v1/mails',
    role: 'officer',
    reach: 'tenant',
    operationId: 'listTenantMails',
    summary: 'List the mails of the tenant, and what became of each',
    description: 'Newest first. Their addresses, kinds and states: never what they say.',
    schema: { querystring: MailQuery, response: { 200: TenantMailPage } },
    async handle({ domain, act, query: { state, ...page } }) {
      const found = await domain.stores.mails.list(state === undefined ? {} : { state }, page)
      return { status: 200, body: { ...found, items: found.items.map((mail) => presentMail(mail, act.at)) } }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/mails/:id/resend',
    role: 'officer',
    reach: 'tenant',
    operationId: 'resendMail',
    summary: 'Send a mail again that was refused, or now what waits',
    schema: { params: Type.Object({ id: Id }), response: { 200: TenantMail } },
    async handle({ domain, act, params: { id } }) {
      const record = recordOf(act, { action: 'mail.resend', object: { type: 'mail', id } })
      const mail = await domain.stores.mails.resend(id, record)
      if (mail === undefined) throw new Refusal('not-found', 'There is no such mail.')
      return { status: 200, body: presentMail(mail, act.at) }
    },
  }),
]

function presentMail(mail: Mail, now: number): MailBody {
  const { id, kind, address, state, attempts, createdAt, settledAt, expiresAt } = mail
  const problem = inWords(mail)
  return {
    ...{ id, kind, address, state, attempts },
    ...(problem !== undefined && { problem }),
    resendable: expiresAt > now && (state === 'refused' || (state === 'waiting' && attempts > 0)),
    createdAt: toTimestamp(createdAt),
    ...(settledAt !== undefined && { settledAt: toTimestamp(settledAt) }),
  }
}

/** Why it has not arrived. How our own mail server is reached, and what it says of itself, is for operators. */
function inWords({ state, problem }: Mail): string | undefined {
  switch (state) {
    case 'refused':
      return `The mail server refused it for good${problem === undefined ? '.' : `: ${problem}`}`
    case 'waiting':
      return problem === undefined ? undefined : 'The mail server did not take it yet. It is tried again by itself.'
    case 'expired':
      return 'It could not be sent in time. Cause it anew: send the invitation or the claim again.'
    default:
      return undefined
  }
}
