import { Id, type Mail, MailPage, MailQuery, Mail as MailSchema, TestMail, toTimestamp } from '@chancery/api'
import { Refusal } from '@chancery/pki'
import { Type } from 'typebox'
import { checkEmail } from '../../accounts/person.ts'
import { recordOf } from '../../audit/audit-record.ts'
import type { Mail as StoredMail } from '../../mail/mail-store.ts'
import { testLetter } from '../../mail/test-letter.ts'
import { type AboveDomain, aboveRoute } from './above-domain.ts'

/** How long a test is worth sending. */
const TEST_MS = 3_600_000

/** For operators: what became of mails. What they say stays sealed. */
export const MAIL_ROUTES = [
  aboveRoute({
    method: 'GET',
    path: '/api/v1/installation/mails',
    role: 'operator',
    operationId: 'listMails',
    summary: 'List the mails of the installation, and what became of each',
    description: 'Newest first. Their addresses, kinds and states: never what they say.',
    schema: { querystring: MailQuery, response: { 200: MailPage } },
    async handle({ domain, query: { state, ...page } }) {
      const found = await domain.mails.list({ ...(state !== undefined && { state }) }, page)
      return { status: 200, body: { ...found, items: found.items.map(presentMail) } }
    },
  }),
  aboveRoute({
    method: 'GET',
    path: '/api/v1/installation/mails/:id',
    role: 'operator',
    operationId: 'showMail',
    summary: 'Show what became of a mail',
    schema: { params: Type.Object({ id: Id }), response: { 200: MailSchema } },
    async handle({ domain, params }) {
      return { status: 200, body: await showMail(params.id, domain) }
    },
  }),
  aboveRoute({
    method: 'POST',
    path: '/api/v1/installation/mails/test',
    role: 'operator',
    operationId: 'sendTestMail',
    summary: 'Send a mail to see whether mail leaves',
    description: 'It takes the way of all mails: look at it again to see what the mail server said.',
    schema: { body: TestMail, response: { 201: MailSchema } },
    creates: {
      async present({ domain }, id) {
        return sent(await showMail(id, domain))
      },
    },
    async handle({ domain, act, caller, body }) {
      if (!domain.mail.delivers) {
        throw new Refusal('not-permitted', 'There is no mail server: set CHANCERY_SMTP_URL and CHANCERY_MAIL_FROM.')
      }
      const to = body.to === undefined ? await ownAddress(caller.account, domain) : checkEmail(body.to)
      const times = { at: act.at, expiresAt: act.at + TEST_MS }
      const letter = testLetter(domain.url)
      const order = { tenant: act.tenant, kind: 'test', to, about: domain.newId(), letter, ...times } as const
      const mail = domain.mail.write(order)
      const details = { address: to }
      await domain.mails.put(
        mail,
        recordOf(act, { action: 'mail.test', object: { type: 'mail', id: mail.id }, details }),
      )
      return sent(await showMail(mail.id, domain))
    },
  }),
]

async function ownAddress(account: string, { accounts }: AboveDomain): Promise<string> {
  const person = await accounts.find(account)
  if (person === undefined) throw new Refusal('unauthenticated', 'Your account is gone.')
  return person.email
}

async function showMail(id: string, { mails }: AboveDomain): Promise<Mail> {
  const mail = await mails.find(id)
  if (mail === undefined) throw new Refusal('not-found', 'There is no such mail.')
  return presentMail(mail)
}

function sent(body: Mail) {
  return { status: 201, body, location: `/api/v1/installation/mails/${body.id}` } as const
}

function presentMail({ about: _about, createdAt, expiresAt, settledAt, ...same }: StoredMail): Mail {
  return {
    ...same,
    createdAt: toTimestamp(createdAt),
    expiresAt: toTimestamp(expiresAt),
    ...(settledAt !== undefined && { settledAt: toTimestamp(settledAt) }),
  }
}
