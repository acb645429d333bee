import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { opensslCsr } from '../../apps/server/test/support/requests.ts'
import { needs } from '../support/system-program.ts'
import { keptIn, makeKeyOn, saveFor } from './claim-world.ts'
import { api, bench, claimFor, open, template } from './one-claim-world.ts'

/** Claims in browsers that lack something, and certificates that take their time. */
const PASSWORD = 'correct horse "battery" staple'

test(
  'a browser that keeps nothing says so before the key is of use, and goes on when told',
  needs('chromium'),
  async () => {
    const { link } = await claimFor('private.example.com')
    const { page } = await open({ acceptDownloads: true })
    await page.addInitScript(`IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError') }`)
    const redeemed: string[] = []
    page.on('request', (request) => redeemed.push(...(request.url().endsWith('/claims/redeem') ? [request.url()] : [])))
    await page.goto(link)

    await makeKeyOn(page, PASSWORD)
    await page.getByText('This browser keeps nothing for this page').waitFor()
    assert.deepEqual(redeemed, [], 'nothing was asked for yet')
    await page.getByRole('button', { name: 'Go on all the same' }).click()

    await page.getByText('Your certificate is ready.').waitFor()
    await saveFor(page, 'ios', bench.folder)
  },
)

test('a certificate that is not signed at once is waited for, also by who comes back', needs('chromium'), async () => {
  const { link } = await claimFor('slow.example.com')
  const { page } = await open({ acceptDownloads: true })
  let looks = 0
  // The key of the CA is away until the third look.
  await page.route(/claims\/(?:redeem|look)$/, async (route) => {
    const answer = await route.fetch()
    const { certificate, chain, ...claim } = await answer.json()
    const isAway = claim.state === 'issued' && ++looks < 3
    await (isAway ? route.fulfill({ json: { ...claim, state: 'signing' } }) : route.fulfill({ response: answer }))
  })
  await page.goto(link)

  await makeKeyOn(page, PASSWORD)
  await page.getByText('It is being signed.').waitFor()
  await page.getByText('Your certificate is ready.').waitFor()
  looks = 0
  await page.reload()
  await page.getByText('It is being signed.').waitFor()
  await page.getByText('Your certificate is ready, and its key is in this browser.').waitFor()

  assert.equal(await keptIn(page), 1)
})

test('a browser that is too old to make a key takes a request for one', needs('chromium', 'openssl'), async () => {
  const { link } = await claimFor('old.example.com')
  const { page } = await open()
  await page.addInitScript('delete Uint8Array.fromBase64')
  await page.goto(link)

  await page.getByText('This browser is too old to make a key here.').waitFor()
  await page.getByLabel('Certification request (PEM)').fill((await opensslCsr()).csr)
  await page.getByRole('button', { name: 'Get the certificate' }).click()

  await page.getByText('The certificate was issued.').waitFor()
  const shown = await page.locator('#certificate').textContent()
  assert.equal(new X509Certificate(shown ?? '').subjectAltName, 'DNS:old.example.com')
})

test(
  'only the kinds of keys that are certified are offered, and where browsers make none a request is asked for',
  needs('chromium'),
  async () => {
    const { profile, authority } = await api('GET', `/templates/${template.id}`)
    const templateOf = (name: string, keyTypes: readonly string[]) =>
      api('POST', '/templates', { authority, name, profile: { ...profile, keyTypes } })
    const some = await templateOf('RSA alone', ['rsa-3072', 'rsa-4096', 'ed25519'])
    const none = await templateOf('Ed25519 alone', ['ed25519'])
    const { page } = await open()

    await page.goto((await claimFor('some.example.com', { template: some.id })).link)
    await page.getByText('Kind of key').first().click()
    const offered = await page.getByLabel('Kind of key').locator('option').allInnerTexts()
    await page.goto((await claimFor('none.example.com', { template: none.id })).link)
    await page.getByText('Browsers do not make keys of the kind that is certified here').waitFor()

    assert.deepEqual(offered, ['RSA 3072', 'RSA 4096: takes seconds to make'])
    assert.equal(await page.getByLabel('Password for the key').count(), 0)
    assert.ok(await page.getByText('Its key is one of: Ed25519.').isVisible())
  },
)

test(
  'passwords that are short, not the same, or open files on some systems alone are not taken',
  needs('chromium'),
  async () => {
    const { link } = await claimFor('password.example.com')
    const { page } = await open()
    await page.goto(link)
    const make = page.getByRole('button', { name: 'Make the key and get the certificate' })
    const typed = async (first: string, second: string) => {
      await page.getByLabel('Password for the key').fill(first)
      await page.getByLabel('The same once more').fill(second)
      await make.click()
    }

    for (const [first, second] of [
      ['short', 'short'],
      ['Grüße an alle Welt', 'Grüße an alle Welt'],
      [PASSWORD, `${PASSWORD}.`],
    ] as const) {
      await typed(first, second)
      await page.locator('input:invalid').first().waitFor()
      assert.equal(await keptIn(page).catch(() => 0), 0)
    }
    await page.getByRole('button', { name: 'Suggest one' }).click()
    const suggested = await page.getByLabel('Password for the key').inputValue()
    await make.click()

    await page.getByText('Your certificate is ready.').waitFor()
    assert.match(suggested, /^(?:[a-z2-9]{4}-){4}[a-z2-9]{4}$/)
  },
)

test('another site cannot put the page into a frame', needs('chromium'), async () => {
  const { link } = await claimFor('frame.example.com')
  const { page } = await open()
  const site = link.replace('127.0.0.1', 'localhost')
  await page.route('https://evil.example/', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<iframe src="${link}"></iframe><iframe src="${site}"></iframe>` }),
  )
  await page.goto('https://evil.example/')

  const shown = await Promise.all(
    page.frames().map((frame) =>
      frame
        .locator('main')
        .count()
        .catch(() => 0),
    ),
  )

  assert.equal(page.frames().length, 3)
  assert.deepEqual(shown, [0, 0, 0])
})
