import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { SMTPServerOptions } from 'smtp-server'
import { renderLetter } from '../../src/mail/render-letter.ts'
import { MailRefused, type SmtpServer, smtpTransport } from '../../src/mail/smtp-transport.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { opensslIdentity } from '../support/tls-identity.ts'

const FROM = { name: 'Example PKI', address: 'pki@example.com' }
const MESSAGE = { id: '01abc', to: 'ann@example.com', subject: 'Hello', text: 'Text', html: '<p>HTML</p>' }
const identity = await opensslIdentity()
const servers: MailServer[] = []
after(async () => {
  for (const server of servers) await server.close()
})

async function serve(options: Parameters<typeof startMailServer>[0]): Promise<MailServer> {
  const server = await startMailServer({ key: identity.key, cert: identity.certificate, ...options })
  servers.push(server)
  return server
}

async function send(server: MailServer, over: Partial<SmtpServer> = {}, message: Partial<typeof MESSAGE> = {}) {
  const transport = smtpTransport({
    ...{ host: 'localhost', port: server.port, security: 'opportunistic', from: FROM, ownName: 'pki.example.com' },
    ...over,
  })
  try {
    await transport.send({ ...MESSAGE, ...message })
  } finally {
    transport.close()
  }
}

const open = await serve({ hideSTARTTLS: true })

test('a mail arrives in both forms, from whom it says, with an id of its own that stays', async () => {
  await send(open)
  await send(open)

  const [first, second] = open.received.slice(-2)
  assert.deepEqual([first?.from, first?.to], ['pki@example.com', ['ann@example.com']])
  assert.deepEqual([first?.text.trim(), first?.html.trim()], ['Text', '<p>HTML</p>'])
  const header = (name: string) => first?.headers.get(name)
  assert.deepEqual(header('from'), ['Example PKI <pki@example.com>'])
  assert.deepEqual(header('to'), ['ann@example.com'])
  assert.deepEqual(header('subject'), ['Hello'])
  assert.deepEqual(header('message-id'), ['<01abc@example.com>'])
  assert.deepEqual(header('auto-submitted'), ['auto-generated'])
  assert.deepEqual(second?.headers.get('message-id'), header('message-id'))
})

const EVIL = 'x\r\nBcc: victim@example.com\r\nX-Evil: yes\r\n\r\nbody'
/** Whatever else some program takes for the end of a line. */
const LINE_ENDS = ['\n', '\r', '\u0085', '\u2028', '\u2029', '\v', '\f', '\0\r\n', '\u560a']
const fieldsWith = (evil: string): readonly (readonly [string, Partial<typeof MESSAGE>, Partial<SmtpServer>])[] => [
  ['subject', { subject: evil }, {}],
  ['address', { to: `ann@example.com${evil}` }, {}],
  ['id', { id: evil }, {}],
  ['name of the sender', {}, { from: { name: evil, address: 'pki@example.com' } }],
  ['address of the sender', {}, { from: { name: '', address: `pki@example.com${evil}` } }],
  ['name in EHLO', {}, { ownName: evil }],
]
for (const [field, message, server] of fieldsWith(EVIL)) {
  test(`line ends in the ${field} make no header and no recipient, whatever stands before`, async () => {
    const before = open.received.length

    await send(open, server, message).catch(() => undefined)

    for (const { headers, to } of open.received.slice(before)) {
      assert.deepEqual([headers.get('bcc'), headers.get('x-evil'), to.length], [undefined, undefined, 1])
      assert.ok(!to.some((one) => one.includes('victim')))
    }
  })
}

for (const end of LINE_ENDS) {
  test(`${JSON.stringify(end)} in a subject, a name or an address ends no line of a header`, async () => {
    const evil = `x${end}Bcc: victim@example.com${end}X-Evil: yes`
    const before = open.received.length

    const { subject } = renderLetter({ subject: evil, paragraphs: [], closing: [] }, 'https://pki.example.com')
    await send(open, {}, { subject })
    for (const [, message, server] of fieldsWith(evil)) await send(open, server, message).catch(() => undefined)

    const received = open.received.slice(before)
    assert.ok(received.length > 0)
    for (const { headers, to, raw } of received) {
      const head = raw.slice(0, raw.indexOf('\r\n\r\n'))
      assert.deepEqual([headers.get('bcc'), headers.get('x-evil'), to.length], [undefined, undefined, 1])
      assert.doesNotMatch(head, /^(bcc|x-evil):/im)
      assert.ok(!/\r(?!\n)|(?<!\r)\n/.test(head), 'no line of the head ends by half')
    }
  })
}

test('without STARTTLS nothing is sent where it is required', async () => {
  const before = open.received.length

  await assert.rejects(send(open, { security: 'starttls' }))

  assert.equal(open.received.length, before)
})

test('neither mail nor password goes to a server whose certificate nobody vouches for', async () => {
  const tried: string[] = []
  const server = await serve({
    onAuth: ({ username }, _session, done) => {
      tried.push(String(username))
      done(null, { user: username ?? '' })
    },
  })
  const credentials = { user: 'ann', password: 'secret' }

  await assert.rejects(send(server, { security: 'starttls', credentials }), /self-signed|certificate/i)

  assert.deepEqual([server.received.length, tried], [0, []])
})

test('with a certificate that is trusted the password goes over TLS, and so does the mail', async (t) => {
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, identity.certificate])
  t.after(() => setDefaultCACertificates(before))
  const onAuth: SMTPServerOptions['onAuth'] = ({ username, password }, _session, done) =>
    password === 'secret' ? done(null, { user: username ?? '' }) : done(new Error('no'))
  const [explicit, implicit] = [
    await serve({ authOptional: false, onAuth }),
    await serve({ authOptional: false, secure: true, onAuth }),
  ]
  const credentials = { user: 'ann', password: 'secret' }

  await send(explicit, { security: 'starttls', credentials })
  await send(implicit, { security: 'tls', credentials })

  for (const { received } of [explicit, implicit])
    assert.deepEqual([received[0]?.secure, received[0]?.user], [true, 'ann'])
  await assert.rejects(
    send(implicit, { security: 'tls', credentials: { user: 'ann', password: 'x' } }),
    (error) => !(error instanceof MailRefused),
  )
})

test('5yz for the recipient or the mail is final; 4yz, a password that is not taken and no server at all are not', async () => {
  const refusing = await serve({
    hideSTARTTLS: true,
    onRcptTo: ({ address }, _session, done) => {
      const code = Number(/^(\d{3})/.exec(address)?.[1] ?? 250)
      done(code < 400 ? null : Object.assign(new Error('no such mailbox'), { responseCode: code }))
    },
  })

  await assert.rejects(send(refusing, {}, { to: '550@example.com' }), (error) => {
    assert.ok(error instanceof MailRefused)
    assert.match(error.message, /^550 .*no such mailbox/)
    return true
  })
  const isTemporary = (error: unknown) => !(error instanceof MailRefused)
  await assert.rejects(send(refusing, {}, { to: '451@example.com' }), isTemporary)
  await assert.rejects(send({ ...refusing, port: 1 }), isTemporary)
})
