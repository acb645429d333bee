import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { processorTime } from '../../../../test/support/processor-time.ts'
import { archiveAuthority, changeAuthority, deleteAuthority } from '../../src/authorities/change-authority.ts'
import { createCsrOnly } from '../../src/authorities/create-csr-only.ts'
import { createRoot } from '../../src/authorities/create-root.ts'
import { renewAuthority } from '../../src/authorities/renew-authority.ts'
import { statement } from '../../src/protocols/cps/statement.ts'
import { publicWorld } from './public-world.ts'

/** The page's text as a reader sees it. */
function textOf(page: string): string {
  return page
    .replace(/<[^>]*>/g, '')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
}

test('the page shows each certificate with its fingerprint, and every address on it leads somewhere', async (t) => {
  const world = await publicWorld(t)
  await renewAuthority(world.issuing, { key: 'same' }, world.act(), world.domain.authorities)
  await renewAuthority(world.issuing, { key: 'new', keyType: 'ed25519' }, world.act(), world.domain.authorities)

  const { statusCode, body } = await world.app.inject(`/cps/${world.issuing.publicId}`)

  const generations = await world.domain.stores.authorities.generations(world.issuing.id)
  const certificates = generations.flatMap((generation) => generation.certificates)
  assert.equal(statusCode, 200)
  assert.equal(certificates.length, 3)
  for (const { der } of certificates) {
    const { fingerprint256, serialNumber } = new X509Certificate(der)
    assert.ok(textOf(body).includes(fingerprint256))
    assert.ok(textOf(body).replaceAll(':', '').includes(serialNumber))
  }
  assert.match(
    textOf(body),
    /Key 2 Ed25519[\s\S]*Earlier keys[\s\S]*Key 1 ECDSA P-256[\s\S]*Earlier certificate of the same key/,
  )
  const addresses = [...body.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, address]) => address ?? '')
  assert.equal(addresses.length, 1 + 2 * 4)
  for (const address of addresses) assert.equal((await world.app.inject(address)).statusCode, 200, address)
  for (const { publicId } of generations) assert.ok(textOf(body).includes(`/ocsp/${publicId}`))
})

test('the page runs no script, asks nobody else and cannot be framed', async (t) => {
  const world = await publicWorld(t)

  const { headers, body } = await world.app.inject(`/cps/${world.issuing.publicId}`)

  const policy = String(headers['content-security-policy'])
  for (const part of ["default-src 'none'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"]) {
    assert.ok(policy.includes(part), part)
  }
  assert.doesNotMatch(policy, /script-src|unsafe/)
  assert.equal(headers['referrer-policy'], 'no-referrer')
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.equal(headers['x-frame-options'], 'DENY')
  assert.equal(headers['set-cookie'], undefined)
  assert.doesNotMatch(body, /<script|<style|style=|onclick/)
})

test('the page is kept by caches for minutes, and not sent again to who has it', async (t) => {
  const world = await publicWorld(t)
  const url = `/cps/${world.issuing.publicId}`

  const { headers, body } = await world.app.inject(url)
  const same = await world.app.inject({ url, headers: { 'if-none-match': String(headers['etag']) } })
  await changeAuthority(world.issuing, { cps: 'Now with a statement.' }, world.act(), world.domain.authorities)
  const changed = await world.app.inject({ url, headers: { 'if-none-match': String(headers['etag']) } })

  assert.equal(headers['cache-control'], 'public, max-age=300')
  assert.equal(headers['etag'], `"${createHash('sha256').update(body).digest('hex')}"`)
  assert.deepEqual([same.statusCode, changed.statusCode], [304, 200])
  assert.match(textOf(body), /has not published a statement/)
  assert.match(textOf(changed.body), /Now with a statement\./)
})

test('a name that looks like markup is shown as it is', async (t) => {
  const world = await publicWorld(t)
  const name = `"><script>alert('1')</script>&amp; Ünïcode 证书`
  const subject = [{ type: 'commonName', value: name }]
  const authority = await createRoot({ subject }, world.act(), world.domain.authorities)

  const { body } = await world.app.inject(`/cps/${authority.publicId}`)

  assert.doesNotMatch(body, /<script|"">/)
  assert.ok(body.includes('&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp; Ünïcode 证书'))
  assert.ok(body.includes('download="script-alert-1-script-amp-Ünïcode-证书.cer"'))
})

test('the page says when a CA awaits its certificate, was archived, has ended or expired', async (t) => {
  const world = await publicWorld(t)
  const subject = [{ type: 'commonName', value: 'Not Yet CA' }]
  const awaiting = await createCsrOnly({ subject }, world.act(), world.domain.authorities)
  const { authorities } = world.domain.stores
  const show = async ({ publicId }: { readonly publicId: string }) =>
    textOf((await world.app.inject(`/cps/${publicId}`)).body)

  assert.match(await show(awaiting), /awaits its own certificate[\s\S]*has no certificate yet/)
  assert.doesNotMatch(await show(world.issuing), /issues no more|expired/)
  await archiveAuthority(world.issuing, world.act(), authorities)
  assert.match(await show(world.issuing), /issues no more certificates/)
  await deleteAuthority(world.issuing, world.issuing.name, world.act(), {
    store: authorities,
    makeLastCrls: async () => {},
  })
  assert.match(await show(world.issuing), /has ended[\s\S]*SHA-256/)
  world.clock.at += 6 * 365 * 86_400_000
  assert.match(await show(world.issuing), / expired/)
})

test('an address of no CA is a page that says so', async (t) => {
  const world = await publicWorld(t)

  for (const id of ['0123456789abcdef', '%00', 'x'.repeat(100)]) {
    const { statusCode, headers, body } = await world.app.inject(`/cps/${id}`)
    assert.equal(statusCode, 404)
    assert.equal(headers['cache-control'], 'no-store')
    assert.match(textOf(body), /There is no such authority/)
  }
})

test('a statement in Markdown becomes text with headings below those of the page, lists, tables and safe links', async () => {
  const { html } = await statement(
    '# One\n\n## Two\n\n- a\n- b\n\n|x|y|\n|-|-|\n|1|2|\n\n[site](https://example.com/a?b=1&c=2) <pki@example.com>',
  )

  assert.match(html, /<h3>One<\/h3>[\s\S]*<h4>Two<\/h4>[\s\S]*<li>a<\/li>[\s\S]*<td>1<\/td>/)
  assert.ok(html.includes('<a href="https://example.com/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">site</a>'))
  assert.ok(html.includes('<a href="mailto:pki@example.com" rel="noopener noreferrer nofollow">'))
})

test('plain text keeps its lines', async () => {
  assert.equal(
    (await statement('First line\nsecond line\n\nNew paragraph < & >')).html,
    '<p>First line<br>\nsecond line</p>\n<p>New paragraph &lt; &amp; &gt;</p>\n',
  )
})

test('nothing that a statement holds becomes script, image, or a link to anything but the web and mail', async () => {
  const hostile = [
    ...[
      '<script>alert(1)</script>',
      '<img src=x onerror=alert(1)>',
      '<!-- x --><b onclick=1>',
      '<svg/onload=alert(1)>',
    ],
    ...[
      '[x](javascript:alert(1))',
      '[x](JaVaScRiPt:alert(1))',
      '[x](&#106;avascript:alert(1))',
      '[x](java\nscript:alert(1))',
    ],
    ...['[x](data:text/html,<script>1</script>)', '[x](vbscript:x)', '[x](file:///etc/passwd)', '[x](//evil.example)'],
    ...[
      '<javascript:alert(1)>',
      '![x](https://evil.example/x.png)',
      '![x](javascript:alert(1))',
      '[x]: javascript:1\n\n[x]',
    ],
    ...[
      '[x](https://a" onmouseover="alert(1))',
      '[a](https://x.example/"><script>alert(1)</script>)',
      '`<script>`',
      '    <script>',
    ],
    ...['[x](/relative)', '[x](?q)', '[x](#here)', '| <script> |\n|-|\n| <img> |', '```<script>\n</code><script>\n```'],
  ]

  for (const text of hostile) {
    const { html } = await statement(text)
    const tags = [...html.matchAll(/<\/?([a-z0-9]+)([^>]*)>/gi)]
    for (const [tag, name = '', attributes = ''] of tags) {
      assert.match(name, /^(p|a|br|code|pre|h[3-6]|table|thead|tbody|tr|th|td)$/, `${text} made ${tag}`)
      assert.match(
        attributes,
        /^$|^ (href="(https?:\/\/|mailto:)[^"<>]*" rel="noopener noreferrer nofollow"|class="language-[^"]*")$/,
        tag,
      )
    }
  }
})

test('no statement takes more than linear time: what would, takes minutes', async () => {
  const size = 60_000
  const patterns = [
    '[',
    '*a ',
    '`',
    '![',
    '> ',
    '- ',
    '_a__b',
    '<',
    '&#',
    '|',
    '[a](',
    '~~~\n',
    '<!--',
    'http://',
    'a@b.',
    '# \n',
    '\\',
    '**a *b',
    '1. ',
  ]
  await statement('warm')

  for (const pattern of patterns) {
    const from = processorTime()
    await statement(pattern.repeat(Math.ceil(size / pattern.length)).slice(0, size))
    const took = processorTime() - from
    assert.ok(took < 5000, `${JSON.stringify(pattern)} took ${Math.round(took)} ms`)
  }
})

test('a very long statement is shown as it was written', async () => {
  const { html } = await statement(`# <b>\n${'x'.repeat(64 * 1024)}`)

  assert.ok(html.startsWith('<pre># &lt;b&gt;\nxxx'))
})
