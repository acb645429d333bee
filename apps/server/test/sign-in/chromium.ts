import type { BrowserContextOptions, CDPSession, Page } from 'playwright-core'
import { launchChromium } from '../../../../test/support/launch-chromium.ts'

/** A page of a real browser, and what it complained about. */
export interface OpenPage {
  readonly page: Page
  /** Its errors and warnings, a refusal of the page's Content-Security-Policy among them. */
  readonly complaints: readonly string[]
  readonly devTools: CDPSession
}

/** A browser that ends with its test; its pages share nothing. */
export async function openChromium(t: { after(work: () => Promise<unknown>): void }) {
  const browser = await launchChromium()
  t.after(() => browser.close())
  return async (options: BrowserContextOptions = {}): Promise<OpenPage> => {
    const context = await browser.newContext(options)
    // A loaded machine takes its time.
    context.setDefaultTimeout(180_000)
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    return { page, complaints, devTools: await context.newCDPSession(page) }
  }
}
