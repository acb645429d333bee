import type { Browser, BrowserContext } from 'playwright-core'
import { launchChromium } from '../support/launch-chromium.ts'
import { type RunningDemo, runDemo } from '../support/running-demo.ts'
import { AS_PEOPLE, PATIENT_MS, signIn, type Tab, tabOf } from './open-console.ts'

/** A demo, and a browser to look at it as any of its members. */
export interface OpenDemo {
  readonly demo: RunningDemo
  readonly browser: Browser
  /** A browser of its own for the member of this role. */
  as(role: string): Promise<Visitor>
}

/** Somebody who is signed in. */
export interface Visitor extends Tab {
  readonly context: BrowserContext
  /** Asks the API, by the session of the browser. */
  get<T>(path: string): Promise<T>
}

/** Ends with the file that opened it. */
export async function openDemo(
  after: (work: () => Promise<unknown>) => void,
  options: Parameters<typeof runDemo>[0] = {},
): Promise<OpenDemo> {
  const [demo, browser] = await Promise.all([runDemo(options), launchChromium()])
  after(async () => {
    await browser.close()
    await demo.stop()
  })
  return { demo, browser, as: (role) => visitor(role, demo, browser) }
}

async function visitor(role: string, demo: RunningDemo, browser: Browser): Promise<Visitor> {
  const email = demo.members.get(role)
  if (email === undefined) throw new Error(`no member has the role ${role}`)
  const context = await browser.newContext({ ...AS_PEOPLE, baseURL: demo.origin })
  context.setDefaultTimeout(PATIENT_MS)
  await signIn(context, demo.origin, { email, password: demo.password })
  return {
    context,
    ...tabOf(context),
    get: async (path) => {
      const answer = await context.request.get(`/api/v1${path}`)
      if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`)
      return answer.json()
    },
  }
}
