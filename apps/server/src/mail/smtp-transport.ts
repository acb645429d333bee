import type { RenderedLetter } from './render-letter.ts'

/** A mail as it leaves. */
export interface MailMessage extends RenderedLetter {
  /** The id of its row: makes the same Message-ID each time. */
  readonly id: string
  readonly to: string
}

/** What takes mails away. */
export interface MailTransport {
  /** The address that mails come from. */
  readonly from: string
  /** Resolves when a server took it. Throws `MailRefused` when one said never; anything else may be tried again. */
  send(message: MailMessage): Promise<void>
  close(): void
}

/** A mail server does not take a mail, and will not: the reply as it gave it. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused'
}

/** Which server, and how it is spoken to. */
export interface SmtpServer {
  readonly host: string
  readonly port: number
  /** `tls`: from the first octet. `starttls`: required (RFC 3207). `opportunistic`: STARTTLS where it is offered, whoever's certificate. */
  readonly security: 'tls' | 'starttls' | 'opportunistic'
  readonly credentials?: { readonly user: string; readonly password: string }
  readonly from: { readonly name: string; readonly address: string }
  /** What we call ourselves in EHLO. */
  readonly ownName: string
}

const CONNECTING_MS = 20_000
const SILENCE_MS = 60_000
const LONGEST_REPLY = 300

/** Speaks SMTP. Connections are kept for a while: many letters go over one. */
export function smtpTransport(server: SmtpServer): MailTransport {
  const { from } = server
  let pool: ReturnType<typeof connections> | undefined
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1)
  return {
    from: from.address,
    send: async ({ id, to, subject, text, html }) => {
      pool ??= connections(server)
      try {
        await (await pool).sendMail({
          from,
          to: { name: '', address: to },
          envelope: { from: from.address, to: [to] },
          subject,
          text,
          html,
          messageId: `<${id}@${domain}>`,
          // RFC 3834 §5: no answering machine answers it.
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        })
      } catch (error) {
        throw isFinal(error) ? new MailRefused(replyOf(error), { cause: error }) : error
      }
    },
    close: () => void pool?.then((opened) => opened.close()),
  }
}

/** Loaded with the first mail: most servers send none, and a start would be a twelfth longer. */
async function connections({ host, port, security, credentials, ownName }: SmtpServer) {
  const { createTransport } = await import('nodemailer')
  return createTransport({
    pool: true,
    maxConnections: 2,
    host,
    port,
    name: ownName,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    // Nobody's word is taken for a certificate where plain text would do as well.
    ...(security === 'opportunistic' && { tls: { rejectUnauthorized: false } }),
    ...(credentials && { auth: { user: credentials.user, pass: credentials.password } }),
    connectionTimeout: CONNECTING_MS,
    greetingTimeout: CONNECTING_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

/**
 * RFC 5321 §4.2.1: 5yz is final, 4yz is not. Only of the envelope and the message: a server that does not take our password takes it
 * when somebody has mended it.
 */
function isFinal(error: unknown): boolean {
  const code: unknown = Reflect.get(Object(error), 'code')
  const status: unknown = Reflect.get(Object(error), 'responseCode')
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && typeof status === 'number' && status >= 500
}

/** What a failure to send says, in one bounded line. */
export function replyOf(error: unknown): string {
  const response: unknown = Reflect.get(Object(error), 'response')
  const said = typeof response === 'string' && response !== '' ? response : error instanceof Error ? error.message : ''
  return said.replace(/\p{Cc}+/gu, ' ').slice(0, LONGEST_REPLY)
}
