import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { needs } from '../support/system-program.ts'
import { isReady, openConsole } from './open-console.ts'

const MOST_OCTETS = 300_000

const console = await openConsole(after)

test('a first visit loads less than 300 kB of compressed JavaScript', needs('chromium'), async (t) => {
  const stranger = await console.browser.newContext({
    baseURL: console.server.origin,
    storageState: await console.context.storageState(),
  })
  t.after(() => stranger.close())
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
