import { linkIn, type MailServer, startMailServer } from '../../apps/server/test/support/mail-server.ts'
import { type OpenConsole, openConsole } from './open-console.ts'

/** A console whose server sends its mails to a real mail server. */
export interface MailedConsole extends OpenConsole {
  readonly mail: MailServer
  /** The link in a mail to an address, the newest or the one of this number; waits for it. */
  linkTo(email: string, count?: number): Promise<string>
}

/** Ends with the file that opened it. */
export async function openMailedConsole(after: (work: () => Promise<unknown>) => void): Promise<MailedConsole> {
  const mail = await startMailServer({ hideSTARTTLS: true })
  after(() => mail.close())
  const console = await openConsole(after, {
    env: { CHANCERY_SMTP_URL: `smtp://127.0.0.1:${mail.port}`, CHANCERY_MAIL_FROM: 'pki@example.com' },
  })
  return { ...console, mail, linkTo: async (email, count) => linkIn(await mail.mailTo(email, count)) }
}
