import { after, test } from 'node:test'
import { needs } from '../support/system-program.ts'
import { fillTenant } from './fill-tenant.ts'
import { assertFitForPeople, openConsole, openPage } from './open-console.ts'
import { CONSOLE_PAGES } from './page-list.ts'

/** While a page is being written: `PAGES=templates,template npm test -- test/console/pages.test.ts`. */
const ONLY = (process.env['PAGES'] ?? '').split(',').filter((name) => name !== '')

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

test('until there is a CA, every page leads to making one', needs('chromium'), async () => {
  const opened = await console.open('/console')

  await opened.page.getByRole('heading', { name: 'Create your first CA' }).waitFor()
  await assertFitForPeople(opened, 'first-ca')
})

test('every page is fit for people', needs('chromium'), async (t) => {
  const shown = await fillTenant(console.server)
  const opened = await console.open('/console')
  for (const { name, path } of CONSOLE_PAGES.filter((one) => ONLY.length === 0 || ONLY.includes(one.name))) {
    await t.test(name, async () => {
      await opened.leaveFor(path(shown))
      await assertFitForPeople(opened, name)
    })
  }
})
