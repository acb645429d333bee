import { after, test } from 'node:test'
import { needs } from '../support/system-program.ts'
import { demoPages, VARIANTS } from './demo-pages.ts'
import { takeDocsScreenshots } from './docs-screenshots.ts'
import { assertFitForPeople, TWO_VIEWS } from './open-console.ts'
import { openDemo } from './open-demo.ts'

/** While a page is being written: `PAGES=request,audit npm test -- test/console/demo-pages.test.ts`. */
const ONLY = (process.env['PAGES'] ?? '').split(',').filter((name) => name !== '')

/** With DOCS_SCREENSHOTS the pictures of README and docs are written, of a demo as people start it. */
const isForDocs = (process.env['DOCS_SCREENSHOTS'] ?? '') !== ''

const demo = await openDemo(after, isForDocs ? { certificates: 5_000 } : {})

if (isForDocs) {
  test('the pictures of the docs are written', needs('chromium'), async (t) => {
    const owner = await demo.as('owner')
    const written = await takeDocsScreenshots(owner, await demoPages(owner))
    t.diagnostic(written.join(', '))
  })
}

test('every page about certificates and requests is fit for people', needs('chromium'), async (t) => {
  const owner = await demo.as('owner')
  for (const [name, path] of Object.entries(await demoPages(owner))) {
    if (ONLY.length > 0 && !ONLY.includes(name)) continue
    await t.test(name, async () => {
      const opened = await owner.goTo(path)
      await assertFitForPeople(opened, name, ...(VARIANTS.has(name) ? [TWO_VIEWS] : []))
    })
  }
})

test('who may read alone is offered nothing else, and sees the same', needs('chromium'), async (t) => {
  const auditor = await demo.as('auditor')
  const pages = await demoPages(auditor)
  for (const name of ['overview', 'requests', 'request', 'certificate-revocation', 'new-request'] as const) {
    await t.test(name, async () => {
      const opened = await auditor.goTo(pages[name] ?? '')
      await assertFitForPeople(opened, `auditor-${name}`, TWO_VIEWS)
    })
  }
})

test('who works for one CA sees what is of that CA', needs('chromium'), async () => {
  const [role = ''] = [...demo.demo.members.keys()].filter((one) => one.startsWith('officer of'))
  const officer = await demo.as(role)

  for (const path of ['/console', '/console/certificates', '/console/requests', '/console/requests/new']) {
    const opened = await officer.goTo(path)
    await assertFitForPeople(opened, `one-ca${path.replaceAll('/', '-')}`, TWO_VIEWS)
  }
})
