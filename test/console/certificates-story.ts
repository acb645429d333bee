import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { needs } from '../support/system-program.ts'
import { demo, officer } from './one-demo.ts'
import { assertFitForPeople, TWO_VIEWS } from './open-console.ts'

const owner = await demo.as('owner')

interface Listed {
  readonly id: string
  readonly serialNumber: string
  readonly subject: string
}

const listed = async (query: string) =>
  (await officer.get<{ readonly items: readonly Listed[] }>(`/certificates?${query}`)).items

test('a certificate is revoked with its reason, and its history tells the whole of it', needs('chromium'), async () => {
  const [certificate] = await listed('status=valid&name=scanner')
  assert.ok(certificate)
  const { page } = await officer.open(`/console/certificates/${certificate.id}`)
  await page.getByRole('link', { name: 'Revoke' }).click()
  await page.getByLabel('Key compromise').check()
  await page.getByLabel('Key unsafe since').fill('2026-01-02T03:04')
  await page.getByRole('button', { name: 'Revoke', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('This cannot be undone').waitFor()
  await dialog.getByRole('button', { name: 'Revoke' }).click()

  await page.getByText('It is revoked.').waitFor()
  await page.getByText('2 Jan 2026').waitFor()
  await page.getByRole('tab', { name: 'History' }).click()
  await page.getByText('Revoked: key compromise').waitFor()
  const history = page.getByRole('tabpanel')
  await history.getByText('Priya Raman').first().waitFor()
  await history.getByText(/The API token “device-manager” of Jonas Lindqvist/).waitFor()
})

test(
  'several certificates are revoked for one reason, and each says what became of it',
  needs('chromium'),
  async () => {
    const [one, two, quicker] = await listed('status=valid&name=tablet')
    assert.ok(one && two && quicker)
    const opened = await officer.goTo('/console/certificates?name=tablet&status=valid')
    const { page } = opened
    const boxes = page.getByLabel(/^Select tablet/)
    for (const index of [0, 1, 2]) await boxes.nth(index).check()
    await assertFitForPeople(opened, 'certificates-selected')
    // Somebody else is quicker with one of them.
    const answer = await officer.context.request.post(`/api/v1/certificates/${quicker.id}/revoke`, {
      data: { reason: 'affiliationChanged' },
      headers: { origin: demo.demo.origin, 'sec-fetch-site': 'same-origin' },
    })
    assert.equal(answer.status(), 200, await answer.text())
    await page.getByRole('button', { name: 'Revoke 3' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('combobox', { name: 'Reason' }).click()
    await page.getByRole('option', { name: 'No longer in use' }).click()
    await assertFitForPeople(opened, 'certificates-revoke-many', TWO_VIEWS)
    await dialog.getByRole('button', { name: 'Revoke 3' }).click()

    await dialog.getByText('2 of 3 revoked.').waitFor()
    const rows = await dialog.getByRole('listitem').allInnerTexts()
    assert.deepEqual(rows.map((row) => /Done|Refused/.exec(row)?.[0]).toSorted(), ['Done', 'Done', 'Refused'])
    await assertFitForPeople(opened, 'certificates-revoked-many', TWO_VIEWS)
    const reasons = await Promise.all(
      [one, two, quicker].map(async ({ id }) => {
        const shown = await officer.get<{ readonly revocation?: { readonly reason: string } }>(`/certificates/${id}`)
        return shown.revocation?.reason
      }),
    )
    assert.deepEqual(reasons, ['cessationOfOperation', 'cessationOfOperation', 'affiliationChanged'])
  },
)

test(
  'who selects all certificates of a list ends no CA with it, and nothing that answers for one',
  needs('chromium'),
  async () => {
    const { page } = await owner.open('/console/certificates')
    await page.getByRole('link', { name: /Root CA OCSP Responder/ }).waitFor()
    await page.getByLabel(/^Select all/).waitFor()
    const names = await page
      .getByRole('checkbox', { name: /^Select (?!all)/ })
      .evaluateAll((boxes) => boxes.map((box) => box.getAttribute('aria-label')))

    assert.ok(names.length > 20)
    assert.deepEqual(
      names.filter((name) => name?.includes(' CA')),
      [],
    )
  },
)

test('a hold is laid and ended again', needs('chromium'), async () => {
  const [certificate] = await listed('status=valid&name=printer')
  assert.ok(certificate)
  const { page } = await officer.goTo(`/console/certificates/${certificate.id}?tab=revocation`)
  await page.getByLabel('Hold', { exact: true }).check()
  await page.getByRole('button', { name: 'Put on hold' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Put on hold' }).click()
  await page.getByText('It is on hold.').waitFor()

  await page.getByRole('button', { name: 'End the hold' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'End the hold' }).click()

  await page.getByText('The hold has ended.').waitFor()
  await page.getByRole('tab', { name: 'Summary' }).click()
  await page.getByText('Valid', { exact: true }).waitFor()
})

test(
  'the server says no where an administrator is needed, and the page offers nothing',
  needs('chromium'),
  async () => {
    const [responder] = await listed('name=Brightwater%20Server%20CA%20OCSP')
    assert.ok(responder)

    const { page } = await officer.goTo(`/console/certificates/${responder.id}?tab=revocation`)

    await page.getByText('needs the role').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Revoke' }).count(), 0)
  },
)

test('filters stand in the address, and lead back to the same list', needs('chromium'), async () => {
  const { page } = await officer.goTo('/console/certificates')
  await page.getByLabel('Name, serial number or fingerprint').fill('.mesh.brightwater.example')
  await page.waitForURL(/name=/)
  await page.getByRole('combobox', { name: 'State' }).click()
  await page.getByRole('option', { name: 'Expired' }).click()
  await page.waitForURL(/status=expired/)
  const rows = page.getByRole('table', { name: 'Issued certificates' }).getByRole('row')
  await rows.nth(1).waitFor()

  const again = await officer.open(page.url())

  assert.match(page.url(), /name=\.mesh\.brightwater\.example/)
  const names = await again.page.getByRole('row').getByRole('link').allInnerTexts()
  assert.ok(names.length > 0 && names.every((name) => name.endsWith('.mesh.brightwater.example')), names.join())
  assert.equal(await again.page.getByRole('table').getByText('Valid', { exact: true }).count(), 0)
})

test('a serial number finds its certificate, with colons too', needs('chromium'), async () => {
  const [certificate] = await listed('status=valid&limit=1')
  assert.ok(certificate)
  const withColons = certificate.serialNumber.replaceAll(/(..)(?=.)/g, '$1:').toUpperCase()

  const { page } = await officer.open(`/console/certificates?name=${encodeURIComponent(withColons)}`)

  assert.equal(await page.getByRole('row').count(), 2)
  assert.ok((await page.getByRole('row').getByRole('link').getAttribute('href'))?.includes(certificate.id))
})

test('a list goes on page by page, and back', needs('chromium'), async () => {
  const { page } = await officer.open('/console/certificates')
  const first = await page.getByRole('row').nth(1).innerText()

  await page.getByRole('link', { name: 'Next page' }).click()
  await page.waitForURL(/after=/)
  await page.getByRole('link', { name: 'First page' }).waitFor()
  await page.waitForSelector('[data-stale]', { state: 'detached' })
  const second = await page.getByRole('row').nth(1).innerText()
  await page.goBack()
  await page.getByRole('link', { name: 'First page' }).waitFor({ state: 'detached' })
  await page.waitForSelector('[data-stale]', { state: 'detached' })

  assert.notEqual(second, first)
  assert.equal(await page.getByRole('row').nth(1).innerText(), first)
})

test('what is listed is exported as CSV', needs('chromium'), async () => {
  const { page } = await officer.open('/console/certificates?status=revoked')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export as CSV' }).click()
  const file = readFileSync(await (await download).path(), 'utf8')

  const lines = file.trim().split('\r\n')
  assert.match(lines[0] ?? '', /^status,subject,/)
  assert.ok(lines.length > 2 && lines.slice(1).every((line) => line.startsWith('revoked,')))
})

test(
  'every field is decoded in the browser, and the files are those of the certificate',
  needs('chromium'),
  async () => {
    const [certificate] = await listed('status=valid&name=www.brightwater.example')
    const { id = '' } = certificate ?? (await listed('status=valid&limit=1'))[0] ?? {}
    const { page } = await officer.goTo(`/console/certificates/${id}?tab=details`)
    await page
      .getByLabel('Extensions')
      .getByText('TLS server')
      .or(page.getByLabel('Extensions').getByText('TLS client'))
      .first()
      .waitFor()
    await page.getByLabel('Extensions').getByText('2.5.29.15').waitFor()

    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download' }).click()
    await page.getByRole('menuitem', { name: /with its chain/ }).click()
    const chain = readFileSync(await (await download).path(), 'utf8')

    assert.equal(chain.match(/BEGIN CERTIFICATE/g)?.length, 3)
  },
)

test('Ctrl K finds a certificate by the beginning of its name', needs('chromium'), async () => {
  const [certificate] = await listed('status=valid&name=gauge')
  assert.ok(certificate)
  const name = certificate.subject.replace('CN=', '')
  const { page } = await officer.goTo('/console')
  await page.keyboard.press('Control+K')
  await page.getByRole('combobox', { name: /^Search for/ }).fill(name.slice(0, -1))
  await page
    .getByRole('option', { name: new RegExp(name) })
    .first()
    .waitFor()
  await page
    .getByRole('option', { name: new RegExp(name) })
    .first()
    .click()

  await page.waitForURL(`**/console/certificates/**`)
  await page.getByRole('heading', { name }).waitFor()
})

test('the overview leads to what ends soon and to what waits', needs('chromium'), async () => {
  const { page } = await officer.goTo('/console')
  await page.getByLabel('End within 30 days').getByRole('link').click()
  await page.waitForURL(/ends=30/)
  await page.goBack()
  await page.getByLabel('Requests that wait').getByRole('link').click()

  await page.waitForURL('**/console/requests')
  await page.getByRole('table', { name: 'Requests' }).waitFor()
})

test('colours follow who chooses dark, whatever the system says', needs('chromium'), async () => {
  const { page } = await officer.goTo('/console')
  await page.emulateMedia({ colorScheme: 'light' })
  await page.getByText('What ends in the next 13 weeks').waitFor()
  const bar = async () =>
    String(await page.evaluate(`getComputedStyle(document.querySelectorAll('main ol li span')[2]).backgroundColor`))
  const light = await bar()
  await page.getByRole('button', { name: /^Account/ }).click()
  await page.getByRole('menuitem', { name: 'Dark' }).click()

  const dark = await bar()

  assert.match(light, /^rgb\(/)
  assert.match(dark, /^rgb\(/)
  assert.notEqual(dark, light)
})

test('the audit is filtered, and followed as things happen', needs('chromium'), async () => {
  const { page } = await owner.goTo('/console/audit')
  await page.getByRole('combobox', { name: 'What was done' }).click()
  await page.getByRole('option', { name: 'Ended a hold' }).click()
  await page.waitForURL(/action=certificate.unrevoke/)
  const rows = page.getByRole('row')
  // Until the answer is there the list of before is shown. The head is a row too.
  await rows.filter({ hasNotText: 'Ended a hold' }).nth(1).waitFor({ state: 'detached' })
  await rows.nth(1).waitFor()
  await page.getByRole('switch', { name: 'Follow' }).press('Space')
  const before = await rows.count()

  const [held] = await listed('status=held&limit=1')
  assert.ok(held)
  const session = await officer.context.request.post(`/api/v1/certificates/${held.id}/unrevoke`, {
    headers: { origin: demo.demo.origin, 'sec-fetch-site': 'same-origin' },
  })
  assert.equal(session.status(), 200, await session.text())

  await rows.nth(before).waitFor()
  await page.getByText('All sealed').waitFor()
})

test('an error is shown in the words of the server, with the way to try again', needs('chromium'), async () => {
  const { page } = await officer.goTo('/console/certificates')
  await page.route('**/api/v1/certificates?*', (route) =>
    route.fulfill({
      status: 500,
      contentType: 'application/problem+json',
      body: JSON.stringify({
        type: 'about:blank',
        title: 'x',
        status: 500,
        code: 'fault',
        detail: 'The server failed.',
        reference: 'abc123',
      }),
    }),
  )
  await page.goto('/console/certificates?status=revoked')
  await page.getByRole('alert').getByText('abc123').waitFor()
  await page.unroute('**/api/v1/certificates?*')

  await page.getByRole('button', { name: 'Try again' }).click()

  await page.getByRole('table', { name: 'Issued certificates' }).waitFor()
})
