import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import axe, { type AxeResults } from 'axe-core'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { type RunningChancery, type RunningOptions, runChancery } from '../support/running-chancery.ts'

const OWNER = { email: 'owner@example.com', password: 'correct horse battery staple' }

/** A real server, a real browser, and the owner signed in there. */
export interface OpenConsole {
  readonly server: RunningChancery
  readonly browser: Browser
  /** Where the owner is signed in; its pages share the session. */
  readonly context: BrowserContext
  /** A new page of the owner's browser, and what it complains of. */
  open(path: string): Promise<OpenedPage>
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
  const context = await browser.newContext({ baseURL: server.origin, locale: 'en-GB', timezoneId: 'UTC' })
  await signIn(context)
  return { server, browser, context, open: (path) => openPage(context, path) }
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking'],
  })
}

/** Opens a page that is ready: it has a title, and waits for no answer. */
export async function openPage(context: BrowserContext, path: string): Promise<OpenedPage> {
  const page = await context.newPage()
  page.setDefaultTimeout(180_000)
  const complaints: string[] = []
  page.on('console', (message) => {
    // Chromium itself writes a line for every answer that is a refusal.
    if (message.text().startsWith('Failed to load resource')) return
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(path)
  await isReady(page)
  return { page, complaints }
}

export async function isReady(page: Page): Promise<void> {
  await page.waitForSelector('h1')
  await page.waitForSelector('[aria-busy=true], .mantine-Skeleton-root', { state: 'detached' })
}

/** How people look at a page. */
const VIEWS = [
  { name: 'desktop-light', width: 1280, height: 800, scheme: 'light' },
  { name: 'desktop-dark', width: 1280, height: 800, scheme: 'dark' },
  { name: 'phone-light', width: 390, height: 844, scheme: 'light' },
  { name: 'phone-dark', width: 390, height: 844, scheme: 'dark' },
] as const
type View = (typeof VIEWS)[number]

/** Half of them, for what is but a variant of a page that is looked at in all. */
export const TWO_VIEWS = ['desktop-dark', 'phone-light'] as const

/**
 * What has to hold of a page in every view: no violation that axe knows, nothing wider than the screen, no complaint. With
 * SCREENSHOTS set to a folder, a picture of each view is written there.
 */
export async function assertFitForPeople(
  { page, complaints }: OpenedPage,
  name: string,
  views: readonly View['name'][] = VIEWS.map((view) => view.name),
): Promise<void> {
  for (const view of VIEWS.filter((one) => views.includes(one.name))) {
    await page.setViewportSize({ width: view.width, height: view.height })
    await page.emulateMedia({ colorScheme: view.scheme, reducedMotion: 'reduce' })
    await page.waitForSelector(`html[data-mantine-color-scheme=${view.scheme}]`)
    await takePicture(page, `${name}-${view.name}`)
    const where = `${name}, ${view.name}`
    assert.deepEqual(await violationsOf(page, view.scheme), [], where)
    const overflow = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'))
    assert.ok(overflow <= 0, `${where}: ${overflow} px wider than the screen`)
  }
  assert.deepEqual(complaints, [], name)
}

/** All that axe knows; in the dark what depends on colours, for the rest is the same as in the light. */
export async function violationsOf(page: Page, scheme: 'light' | 'dark'): Promise<readonly string[]> {
  const only = scheme === 'dark' ? `, runOnly: ['color-contrast', 'link-in-text-block']` : ''
  await page.evaluate(`typeof axe === 'undefined'`).then((isNew) => isNew === true && page.evaluate(axe.source))
  const { violations }: AxeResults = await page.evaluate(`axe.run(document, { resultTypes: ['violations']${only} })`)
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${help}: ${html.slice(0, 200)} ${any[0]?.message ?? ''}`),
  )
}

async function takePicture(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS']
  if (folder === undefined || folder === '') return
  mkdirSync(folder, { recursive: true })
  await page.evaluate('scrollTo(0, 0)')
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

/** Signs somebody in; its pages share the session. */
export async function signIn(context: BrowserContext, { email, password } = OWNER): Promise<void> {
  const { page } = await openPage(context, '/sign-in')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL('**/console')
  await page.close()
}
