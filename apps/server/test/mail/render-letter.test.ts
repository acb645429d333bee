import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateMasterKey, sealer } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import { invitationLetter } from '../../src/accounts/invitation-letter.ts'
import { type Letter, quoted } from '../../src/mail/letter.ts'
import { checkMailable, mailDesk, openLetter } from '../../src/mail/mail-desk.ts'
import { renderLetter } from '../../src/mail/render-letter.ts'
import { sampleInvitation } from '../support/accounts.ts'

const LETTER: Letter = {
  subject: 'A & B',
  paragraphs: ['First <b>.', 'Second.'],
  action: { label: 'Go "on"', link: 'https://pki.example.com/x#a"b' },
  facts: [['Name', "O'Hara & <Sons>"]],
  closing: ['Why it came.'],
}

test('a letter says the same in text and in HTML', () => {
  const { subject, text, html } = renderLetter(LETTER, 'https://pki.example.com')

  assert.equal(subject, 'A & B')
  assert.equal(
    text,
    `First <b>.

Second.

Go "on":
https://pki.example.com/x#a"b

Name: O'Hara & <Sons>

-- 
Why it came.
https://pki.example.com
`,
  )
  const words = html
    .replace(/<style[\s\S]*?<\/style>|<[^>]+>/g, ' ')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code))
  for (const line of text.split('\n').filter((one) => one !== '-- ')) {
    for (const part of line.split(/:$|: /)) assert.ok(words.includes(part), part)
  }
})

test('nothing that somebody typed becomes markup, and nothing is fetched from anywhere', () => {
  const { html } = renderLetter(LETTER, 'https://pki.example.com')

  assert.doesNotMatch(html, /<b>|<Sons>|a"b|<(img|script|link|iframe)|src=|url\(/)
})

test('what somebody typed is one bounded line that hides nothing and links nowhere', () => {
  assert.equal(quoted('a\r\nBcc: b\u0000\u2028c'), 'a Bcc: b c')
  assert.equal(quoted('abc\u202egnp.exe\u200b'), 'abc gnp.exe')
  assert.equal(quoted('see https://evil.example/'), 'see https: //evil.example/')
  assert.equal(quoted('x'.repeat(1_000)).length, 300)
})

test('an invitation with line ends in every name is a letter of honest lines', () => {
  const evil = 'x\r\nBcc: victim@example.com\r\n\r\n<a href="https://evil.example">click</a>'
  const invitation = sampleInvitation('t', 'by', { email: evil, provider: evil })
  const names = { tenantName: evil, inviterName: evil, authorityName: evil }

  const { subject, text, html } = renderLetter(invitationLetter(invitation, names, 'https://pki.example.com/#x'), '')

  assert.doesNotMatch(subject, /\p{Cc}/u)
  assert.doesNotMatch(text, /^Bcc:/m)
  assert.doesNotMatch(html, /href="https:\/\/evil/)
})

test('a mail goes to an address that means one mailbox, and to nothing else', () => {
  for (const good of ['a@example.com', "o'hara+pki@example.com", 'a.b@localhost', 'x@xn--mnchen-3ya.example'])
    checkMailable(good)

  const bad = [
    'a@b@example.com',
    'a,b@example.com',
    'a b@example.com',
    '<a@example.com>',
    'a@example.com\r\nbcc:x@example.com',
    'a@example.com, b@example.com',
    '"a"@example.com',
    'a;b@example.com',
    '.a@example.com',
    'a..b@example.com',
    'a@',
    'a@exa mple.com',
    'a@[127.0.0.1]',
    `${'a'.repeat(65)}@example.com`,
    'a\u0000@example.com',
    'a(b)@example.com',
  ]
  for (const address of bad) {
    assert.throws(
      () => checkMailable(address),
      (error) => error instanceof Refusal && error.code === 'not-permitted',
      address,
    )
  }
})

test('a letter rests sealed, for its own row alone', () => {
  const keys = sealer(generateMasterKey())
  const desk = mailDesk({ sealer: keys, newId: () => 'an-id', delivers: true })

  const mail = desk.write({
    tenant: 't',
    kind: 'test',
    to: 'a@example.com',
    about: 'x',
    letter: LETTER,
    at: 1,
    expiresAt: 2,
  })

  assert.ok(!Buffer.from(mail.sealedBody).includes('pki.example.com'))
  assert.deepEqual(openLetter(mail, keys), LETTER)
  assert.throws(() => openLetter({ ...mail, id: 'another' }, keys))
  assert.throws(() => openLetter({ ...mail, tenant: 'another' }, keys))
})
