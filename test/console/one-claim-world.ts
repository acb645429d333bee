import { after, afterEach } from 'node:test'
import { type OpenPage, openChromium } from '../../apps/server/test/sign-in/chromium.ts'
import { workbench } from '../interop/programs/workbench.ts'
import { openClaimWorld } from './claim-world.ts'

/** One server, one browser and one workbench for all stories that a test file imports: to start them takes longer than most stories. */
export const { server, mail, root, template, api, claimFor } = await openClaimWorld(after)

export const bench = workbench()
after(() => bench.remove())

const openNew = await openChromium({ after })
const opened: OpenPage[] = []

/** A page that shares nothing with others, until its test ends. */
export const open: typeof openNew = async (options) => {
  const page = await openNew(options)
  opened.push(page)
  return page
}
afterEach(async () => {
  for (const { page } of opened.splice(0)) await page.context().close()
})
