import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { needs } from '../support/system-program.ts'
import { fillTenant } from './fill-tenant.ts'
import { assertFitForPeople, isReady, openConsole, openPage, PATIENT_MS } from './open-console.ts'
import { CONSOLE_PAGES } from './page-list.ts'

/** While a page is being written: `PAGES=templates,template npm test -- test/console/pages.test.ts`. */
const ONLY = (process.env['PAGES'] ?? '').split(',').filter((name) => name !== '')

const MOST_OCTETS = 300_000

const console = await openConsole(after)

test(
  'the page of sign-in is fit for people, in light and dark, at desktop and phone width',
  needs('chromium'),
  async (t) => {
    const stranger = await console.browser.newContext({ baseURL: console.server.origin })
    t.after(() => stranger.close())

    await assertFitForPeople(await openPage(stranger, '/sign-in'), 'sign-in')
  },
)

test('a first visit loads less than 300 kB of compressed JavaScript', needs('chromium'), async (t) => {
  const stranger = await console.browser.newContext({
    baseURL: console.server.origin,
    storageState: await console.context.storageState(),
  })
  t.after(() => stranger.close())
  stranger.setDefaultTimeout(PATIENT_MS)
  const page = await stranger.newPage()
  const scripts: Promise<number>[] = []
  page.on('requestfinished', (request) => {
    if (request.resourceType() === 'script')
      scripts.push(request.sizes().then(({ responseBodySize }) => responseBodySize))
  })

  await page.goto('/console')
  await isReady(page)

  const octets = (await Promise.all(scripts)).reduce((sum, size) => sum + size, 0)
  assert.ok(scripts.length > 0)
  assert.ok(octets > 50_000 && octets < MOST_OCTETS, `${octets} octets in ${scripts.length} files`)
})

test('until there is a CA, every page leads to making one', needs('chromium'), async () => {
  const opened = await console.open('/console')

  await opened.page.getByRole('heading', { name: 'Create your first CA' }).waitFor()
  await assertFitForPeople(opened, 'first-ca')
})

test('every page is fit for people', needs('chromium'), async (t) => {
  const shown = await fillTenant(console.server)
  await console.open('/console')
  for (const { name, path } of CONSOLE_PAGES.filter((one) => ONLY.length === 0 || ONLY.includes(one.name))) {
    await t.test(name, async () => {
      const opened = await console.goTo(path(shown))
      await assertFitForPeople(opened, name)
    })
  }
})
