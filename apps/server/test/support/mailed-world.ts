import assert from 'node:assert/strict'
import { openMail } from '../../src/open-mail.ts'
import { tellings } from '../../src/open-notices.ts'
import { answerPasswordResets } from '../../src/publishing/answer-password-resets.ts'
import { answerRegistrations } from '../../src/publishing/answer-registrations.ts'
import { sendMails } from '../../src/publishing/send-mails.ts'
import { tellOfExpiry } from '../../src/publishing/tell-of-expiry.ts'
import { tellOfRevocation } from '../../src/publishing/tell-of-revocation.ts'
import { PASSWORD, secretOf, servedWorld, signIn } from '../api/served-world.ts'
import { linkIn, type MailServer, startMailServer } from './mail-server.ts'
import type { Ending } from './world.ts'

/** A served world whose mail goes to a real mail server; it leaves when `deliver` is called. */
export async function mailedWorld(t: Ending, options: Parameters<typeof startMailServer>[0] = {}) {
  const server: MailServer = await startMailServer({ hideSTARTTLS: true, ...options })
  t.after(() => server.close())
  const world = await servedWorld(t, {
    CHANCERY_SMTP_URL: `smtp://127.0.0.1:${server.port}`,
    CHANCERY_MAIL_FROM: 'Example PKI <pki@example.com>',
  })
  const transport = openMail(world.config)
  assert.ok(transport)
  t.after(async () => transport.close())
  const { url } = world.config
  const { outbox, mails, passwordResets, identities } = world.stores.system
  const failures: string[] = []
  const report = (error: unknown) => failures.push(String(error))
  let ahead = 0
  const base = { outbox, now: () => Date.now() + ahead, report }
  const deps = {
    resets: passwordResets,
    identities,
    mail: world.installation.mail,
    url,
    random: world.random,
    newId: world.newId,
  }
  /** Does what the rounds of a server do every two seconds. */
  const deliver = async () => {
    await answerPasswordResets({ ...base, deps })
    await answerRegistrations({ ...base, deps })
    await sendMails({ ...base, mails, sealer: world.sealer, transport, url })
  }
  /** Tells of what ends and what was revoked, as the rounds do, and has the mails delivered. */
  const deliverNotices = async () => {
    const { expiry, revocation } = tellings(world.installation, { ...base, url, newId: world.newId })
    await tellOfExpiry(expiry)
    await tellOfRevocation(revocation)
    await deliver()
  }
  return {
    ...world,
    server,
    failures,
    deliver,
    deliverNotices,
    /** Moves the clock of deliveries on. */
    wait: (milliseconds: number) => {
      ahead += milliseconds
    },
    /** Somebody who makes an account by the link of an invitation, and signs in. */
    invitedByMail: async (name: string) => {
      const email = `${name}@example.com`
      await world.owner.make('/invitations', { email, role: 'auditor' })
      await deliver()
      const person = world.somebody()
      const token = secretOf(linkIn(await server.mailTo(email)))
      await person.make('/invitations/accept', { token, account: { name, password: PASSWORD } })
      await signIn(person, email)
      return { ...person, email }
    },
  }
}
