import type { BrowserContext } from 'playwright-core'
import { type OpenConsole, type OpenedPage, tabOf } from './open-console.ts'

/** People who were never here, one after the other in one tab: each tab compiles the console anew. */
export interface Newcomers {
  readonly context: BrowserContext
  /** Forgets who was here before, and all that was kept for them. */
  forget(): Promise<void>
  /** Loads a page for somebody new. */
  openAsNew(path: string): Promise<OpenedPage>
  /** Loads a page for who is here already. */
  open(path: string): Promise<OpenedPage>
}

/** Ends with the browser of this console. */
export async function newcomersTo({ browser, server }: OpenConsole): Promise<Newcomers> {
  const context = await browser.newContext({ baseURL: server.origin, locale: 'en-GB' })
  const { open } = tabOf(context)
  const forget = async () => {
    await context.clearCookies()
    for (const page of context.pages()) await page.evaluate('localStorage.clear(), sessionStorage.clear()')
  }
  const openAsNew = async (path: string) => {
    await forget()
    return open(path)
  }
  return { context, forget, openAsNew, open }
}
