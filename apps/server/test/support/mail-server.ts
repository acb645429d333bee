import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { until } from '../../../../test/support/until.ts'

/** A mail as a server received it. */
export interface ReceivedMail {
  /** Whom the envelope names. */
  readonly from: string
  readonly to: readonly string[]
  /** As it came over the wire. */
  readonly raw: string
  /** Header fields by their names in lower case, unfolded; each once for each time it stands there. */
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly text: string
  readonly html: string
  /** Whether the connection was encrypted, and by whom somebody signed in. */
  readonly secure: boolean
  readonly user: string | undefined
}

/** A real mail server on loopback. */
export interface MailServer {
  readonly port: number
  readonly received: readonly ReceivedMail[]
  /** The newest mail to an address; waits for one. */
  mailTo(address: string, count?: number): Promise<ReceivedMail>
  close(): Promise<void>
}

/** Starts one; it takes every mail unless the options say otherwise. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const received: ReceivedMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    // A sender keeps its connection open for the next mail: closing does not wait until it has had enough.
    closeTimeout: 100,
    onData: (stream, { envelope, secure, user }, done) => {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const raw = Buffer.concat(parts).toString('latin1')
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
        const to = envelope.rcptTo.map(({ address }) => address)
        received.push({ from, to, ...readMail(raw), secure, user: user === undefined ? undefined : String(user) })
        done()
      })
    },
    ...options,
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const sentTo = (to: string) => received.filter((mail) => mail.to.includes(to))
  return {
    port,
    received,
    mailTo: async (to, count = 1) => {
      let mail: ReceivedMail | undefined
      await until(
        () => {
          mail = sentTo(to)[count - 1]
          return mail !== undefined
        },
        () => `no mail ${count} to ${to}: there are ${JSON.stringify(received.map((m) => m.to))}`,
      )
      if (mail === undefined) throw new Error('it was waited for')
      return mail
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

/** The link that a mail asks to open. */
export function linkIn({ text }: ReceivedMail): string {
  const link = /^https?:\/\/\S+$/m.exec(text)?.[0]
  if (link === undefined) throw new Error(`no link in: ${text}`)
  return link
}

function readMail(raw: string): Pick<ReceivedMail, 'raw' | 'headers' | 'text' | 'html'> {
  const whole = partOf(raw)
  const boundary = /boundary="?([^";]+)/.exec(whole.headers.get('content-type')?.[0] ?? '')?.[1]
  const parts =
    boundary === undefined
      ? [whole]
      : whole.body
          .split(`--${boundary}`)
          .slice(1, -1)
          .map((part) => partOf(part.replace(/^\r\n/, '')))
  const bodyOf = (type: string) => {
    const found = parts.find(({ headers }) => headers.get('content-type')?.[0]?.startsWith(type))
    return found === undefined ? '' : decoded(found)
  }
  return { raw, headers: whole.headers, text: bodyOf('text/plain'), html: bodyOf('text/html') }
}

interface Part {
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly body: string
}

function partOf(raw: string): Part {
  const end = raw.indexOf('\r\n\r\n')
  const headers = new Map<string, string[]>()
  for (const line of raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')) {
    const mark = line.indexOf(':')
    const name = line.slice(0, mark).toLowerCase()
    headers.set(name, [...(headers.get(name) ?? []), line.slice(mark + 1).trim()])
  }
  return { headers, body: raw.slice(end + 4) }
}

function decoded({ headers, body }: Part): string {
  const encoding = headers.get('content-transfer-encoding')?.[0] ?? '7bit'
  const bytes =
    encoding === 'base64'
      ? Buffer.from(body, 'base64')
      : encoding === 'quoted-printable'
        ? Buffer.from(
            body
              .replace(/=\r\n/g, '')
              .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
            'latin1',
          )
        : Buffer.from(body, 'latin1')
  return bytes.toString('utf8').replace(/\r\n/g, '\n')
}
