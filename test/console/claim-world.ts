import { connect } from 'node:net'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { type MailServer, startMailServer } from '../../apps/server/test/support/mail-server.ts'
import { type RunningChancery, runChancery } from '../support/running-chancery.ts'
import { until } from '../support/until.ts'

// biome-ignore lint/suspicious/noExplicitAny: what the API answers
export type Answer = any

/** A server whose mail goes to a real mail server, with a CA whose template strangers may ask. */
export interface ClaimWorld {
  readonly server: RunningChancery
  readonly mail: MailServer
  readonly root: Answer
  readonly template: Answer
  api(method: string, path: string, body?: unknown): Promise<Answer>
  /** A link to claim a certificate of this host, and its request. */
  claimFor(host: string, more?: object): Promise<{ readonly request: string; readonly link: string }>
}

/** Ends with the file that opened it. */
export async function openClaimWorld(after: (work: () => Promise<unknown>) => void): Promise<ClaimWorld> {
  const mail = await startMailServer({ hideSTARTTLS: true })
  const server = await runChancery({
    env: { CHANCERY_SMTP_URL: `smtp://127.0.0.1:${mail.port}`, CHANCERY_MAIL_FROM: 'pki@example.com' },
  })
  after(async () => {
    await server.stop()
    await mail.close()
  })
  const api = (method: string, path: string, body?: unknown) => server.api<Answer>(method, path, body)
  const root = await api('POST', '/authorities', { kind: 'root', subject: [{ type: 'commonName', value: 'Root' }] })
  const [{ id }] = (await api('GET', `/templates?authority=${root.id}`)).items
  const template = await api('PATCH', `/templates/${id}`, { revision: 1, enrollment: { publicRequests: true } })
  return {
    ...{ server, mail, root, template, api },
    claimFor: async (host, more = {}) => {
      const names = { subjectAltNames: [{ type: 'dns', value: host }] }
      return api('POST', '/requests/pre-approved', { template: id, ...names, ...more })
    },
  }
}

/** Makes the key on the page of a claim and waits for the file. */
export async function makeKeyOn(page: Page, password: string, keyType?: string): Promise<void> {
  await page.getByLabel('Password for the key').fill(password)
  await page.getByLabel('The same once more').fill(password)
  if (keyType !== undefined) {
    await page.getByText('Kind of key').first().click()
    await page.getByLabel('Kind of key').selectOption(keyType)
  }
  await page.getByRole('button', { name: 'Make the key and get the certificate' }).click()
}

/** Saves the file for a system, and gives its path. */
export async function saveFor(page: Page, system: string, folder: string): Promise<string> {
  await page.locator('#save').waitFor()
  await page.getByLabel('Where will you use it?').selectOption(system)
  await page.getByText('Making the file').waitFor({ state: 'detached' })
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#save').click()])
  const path = join(folder, `${system}-${download.suggestedFilename()}`)
  await download.saveAs(path)
  return path
}

/** How many keys this browser keeps. */
export async function keptIn(page: Page): Promise<number> {
  return Number(
    await page.evaluate(`new Promise((resolve) => {
      const opening = indexedDB.open('chancery-keys')
      opening.onsuccess = () => {
        const counting = opening.result.transaction('keys').objectStore('keys').count()
        counting.onsuccess = () => { opening.result.close(); resolve(counting.result) }
      }
    })`),
  )
}

/** Waits until somebody listens. */
export async function listens(port: number): Promise<void> {
  const isThere = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
  await until(isThere, `nobody listens on ${port}`)
}
