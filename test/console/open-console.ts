import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AxeResults } from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchChromium } from '../support/launch-chromium.ts'
import { type RunningChancery, type RunningOptions, runChancery } from '../support/running-chancery.ts'
import { PATIENCE_MS } from '../support/until.ts'

/** Half as long as what `axe.source` gives: each page reads it anew. */
const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

const OWNER = { email: 'owner@example.com', password: 'correct horse battery staple' }

/** A person's browser. It is as wide and as high as the first of the views: what is looked at in them is laid out once less. */
export const AS_PEOPLE = { locale: 'en-GB', timezoneId: 'UTC', viewport: { width: 1280, height: 800 } }

/** What a browser is given for each step: on a busy machine some take long. */
export const PATIENT_MS = 180_000

/** A real server, a real browser, and the owner signed in there. */
export interface OpenConsole {
  readonly server: RunningChancery
  readonly browser: Browser
  /** Where the owner is signed in; its pages share the session. */
  readonly context: BrowserContext
  /** The owner's tab, at this page, and what that complains of. */
  readonly open: Tab['open']
  readonly goTo: Tab['goTo']
  readonly goToAnew: Tab['goToAnew']
}

/** A tab for one page after the other. */
export interface Tab {
  /** Loads a page, of which nothing is known of the one before. */
  open(path: string): Promise<OpenedPage>
  /** Goes to a page as by a link of the console, or loads it where none is shown yet. What was asked just now is not asked again. */
  goTo(path: string): Promise<OpenedPage>
  /** Goes there too, and asks everything anew: for who has changed something past the console. */
  goToAnew(path: string): Promise<OpenedPage>
}

export interface OpenedPage {
  readonly page: Page
  /** Errors and warnings, a refusal of the page's Content-Security-Policy among them. */
  readonly complaints: readonly string[]
}

/** Ends with the file that opened it. */
export async function openConsole(
  after: (work: () => Promise<unknown>) => void,
  options: RunningOptions = {},
): Promise<OpenConsole> {
  const [server, browser] = await Promise.all([runChancery(options), launchChromium()])
  after(async () => {
    await browser.close()
    await server.stop()
  })
  const context = await browser.newContext({ ...AS_PEOPLE, baseURL: server.origin })
  context.setDefaultTimeout(PATIENT_MS)
  await signIn(context, server.origin)
  return { server, browser, context, ...tabOf(context) }
}

/**
 * Shows one page after the other in the same tab, or in a new one when that was closed. A new tab is a new process, which compiles the
 * console anew: a third of the work of looking at a page. To load the console and axe is half of that work: whoever only looks goes.
 * Two pages beside each other: `openPage`.
 */
export function tabOf(context: BrowserContext): Tab {
  let tab: OpenedTab | undefined
  const opened = async () => {
    if (tab === undefined || tab.page.isClosed()) tab = await openTab(context)
    return tab
  }
  const goTo = async (path: string, asksAnew: boolean) => {
    const tab = await opened()
    const isShown = new URL(tab.page.url()).pathname.startsWith('/console')
    await (isShown ? tab.go(path, asksAnew) : tab.show(path))
    return tab
  }
  return {
    open: async (path) => {
      const tab = await opened()
      await tab.show(path)
      return tab
    },
    goTo: (path) => goTo(path, false),
    goToAnew: (path) => goTo(path, true),
  }
}

/** Opens a page in a tab of its own that is ready: it has a title, and waits for no answer. */
export async function openPage(context: BrowserContext, path: string): Promise<OpenedPage> {
  const tab = await openTab(context)
  await tab.show(path)
  return tab
}

interface OpenedTab extends OpenedPage {
  /** Loads a page. */
  show(path: string): Promise<void>
  /** Goes to a page from one of the console. */
  go(path: string, asksAnew: boolean): Promise<void>
}

async function openTab(context: BrowserContext): Promise<OpenedTab> {
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENT_MS)
  const complaints: string[] = []
  page.on('console', (message) => {
    // Chromium itself writes a line for every answer that is a refusal.
    if (message.text().startsWith('Failed to load resource')) return
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  const view = page.viewportSize()
  const asNew = async () => {
    await page.unrouteAll()
    // Where the last click was, something else may lie under the pointer, and tell what it is.
    await page.mouse.move(0, 0)
    if (view !== null) await page.setViewportSize(view)
    // What fades in or out would be looked at half drawn.
    await page.emulateMedia({ colorScheme: null, reducedMotion: 'reduce' })
    complaints.length = 0
  }
  return {
    page,
    complaints,
    show: async (path) => {
      await asNew()
      // To an address that differs in what follows # alone a browser goes without loading it.
      if (path.includes('#') && withoutHash(page.url()).endsWith(withoutHash(path))) await page.goto('about:blank')
      await page.goto(path)
      await isReady(page)
    },
    go: async (path, asksAnew) => {
      await asNew()
      await page.evaluate(`(${GO})(${JSON.stringify(path)}, ${asksAnew})`)
      await isReady(page)
    },
  }
}

/** Goes to an address by TanStack Router, which leaves itself there; ends when its page is drawn: until then the one before is shown. */
const GO = `async (path, asksAnew) => {
  const router = __TSR_ROUTER__
  const { queries } = router.options.context
  if (asksAnew) {
    queries.removeQueries({ type: 'inactive' })
    await queries.invalidateQueries({ refetchType: 'none' })
  }
  router.history.push(path)
  const isDrawn = ({ status, resolvedLocation }) =>
    status === 'idle' && resolvedLocation?.state.__TSR_key === router.history.location.state.__TSR_key
  const until = Date.now() + ${PATIENCE_MS}
  while (!isDrawn(router.state)) {
    if (Date.now() > until) throw new Error(path + ' is not drawn')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  if (asksAnew) await queries.refetchQueries({ type: 'active', stale: true }, { cancelRefetch: false })
}`

function withoutHash(address: string): string {
  return address.replace(/#.*/, '')
}

export async function isReady(page: Page): Promise<void> {
  await page.waitForSelector('h1')
  await page.waitForSelector('[aria-busy=true], [data-stale], .mantine-Skeleton-root', { state: 'detached' })
}

/** How people look at a page. */
const VIEWS = [
  { name: 'desktop-light', width: 1280, height: 800, scheme: 'light' },
  { name: 'desktop-dark', width: 1280, height: 800, scheme: 'dark' },
  { name: 'phone-light', width: 390, height: 844, scheme: 'light' },
  { name: 'phone-dark', width: 390, height: 844, scheme: 'dark' },
] as const
type ViewName = (typeof VIEWS)[number]['name']

/** Each width once, and each colour scheme. */
export const TWO_VIEWS: readonly ViewName[] = ['desktop-dark', 'phone-light']

/** `every-view.long.test.ts` has all looked at, and so has whoever wants pictures. */
const USUAL_VIEWS: readonly ViewName[] =
  isSet('EVERY_VIEW') || isSet('SCREENSHOTS') ? VIEWS.map(({ name }) => name) : TWO_VIEWS

/**
 * What has to hold of a page in each of some views: no violation that axe knows, nothing wider than the screen, no complaint. With
 * SCREENSHOTS set to a folder, a picture of each view is written there.
 */
export async function assertFitForPeople(
  { page, complaints }: OpenedPage,
  name: string,
  views: readonly ViewName[] = USUAL_VIEWS,
): Promise<void> {
  for (const view of VIEWS.filter((one) => views.includes(one.name))) {
    await page.setViewportSize({ width: view.width, height: view.height })
    await page.emulateMedia({ colorScheme: view.scheme })
    await page.waitForSelector(`html[data-mantine-color-scheme=${view.scheme}]`)
    await takePicture(page, `${name}-${view.name}`)
    await assertFits(page, `${name}, ${view.name}`)
  }
  assert.deepEqual(complaints, [], name)
}

async function assertFits(page: Page, where: string): Promise<void> {
  // What is about to be replaced is paler for that moment than axe allows.
  await page.waitForSelector('[data-stale]', { state: 'detached' })
  assert.deepEqual(await violationsOf(page), [], where)
  const overflow = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'))
  assert.ok(overflow <= 0, `${where}: ${overflow} px wider than the screen`)
}

/** For pages that are not of the console: they take their colours from the system alone. */
export async function assertPlainPageFits(page: Page, name: string): Promise<void> {
  for (const view of VIEWS.filter((one) => USUAL_VIEWS.includes(one.name))) {
    await page.setViewportSize({ width: view.width, height: view.height })
    await page.emulateMedia({ colorScheme: view.scheme })
    await takePicture(page, `${name}-${view.name}`)
    await assertFits(page, `${name}, ${view.name}`)
  }
}

/** All that axe knows, of the page as it is now. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(`typeof axe === 'undefined'`).then((isNew) => isNew === true && page.evaluate(AXE))
  const { violations }: AxeResults = await page.evaluate(`axe.run(document, { resultTypes: ['violations'] })`)
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${help}: ${html.slice(0, 200)} ${any[0]?.message ?? ''}`),
  )
}

function isSet(variable: string): boolean {
  return (process.env[variable] ?? '') !== ''
}

async function takePicture(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS']
  if (folder === undefined || folder === '') return
  mkdirSync(folder, { recursive: true })
  await page.evaluate('scrollTo(0, 0)')
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

/** Signs somebody in at a server, as its page of sign-in asks for it; the pages of the context share the session. */
export async function signIn(context: BrowserContext, origin: string, { email, password } = OWNER): Promise<void> {
  const answer = await context.request.post(`${origin}/api/auth/sign-in/email`, {
    data: { email, password },
    headers: { origin, 'sec-fetch-site': 'same-origin' },
  })
  if (!answer.ok()) throw new Error(`${email} is not signed in: ${answer.status()} ${await answer.text()}`)
}
