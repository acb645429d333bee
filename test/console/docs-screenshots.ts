import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isReady } from './open-console.ts'
import type { Visitor } from './open-demo.ts'

const FOLDER = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url))

const DESKTOP = { width: 1280, height: 800 }
const PHONE = { width: 390, height: 844 }

/** The pages that README and docs show, by the names of `demoPages`. */
const SHOWN = [
  { page: 'overview', as: 'overview', size: DESKTOP, scheme: 'light' },
  { page: 'overview', as: 'overview-dark', size: DESKTOP, scheme: 'dark' },
  { page: 'overview', as: 'overview-phone', size: PHONE, scheme: 'light' },
  { page: 'certificates', as: 'issued-certificates', size: DESKTOP, scheme: 'light' },
  { page: 'certificate', as: 'certificate', size: DESKTOP, scheme: 'light' },
  { page: 'certificate-chain', as: 'certificate-chain-dark', size: DESKTOP, scheme: 'dark' },
  { page: 'requests', as: 'pending-requests', size: DESKTOP, scheme: 'light' },
  { page: 'request-refused', as: 'request', size: DESKTOP, scheme: 'light' },
  { page: 'audit', as: 'audit', size: DESKTOP, scheme: 'light' },
] as const

/** Writes the pictures of README and docs: `DOCS_SCREENSHOTS=1 npm test -- test/console/demo-pages.test.ts`. */
export async function takeDocsScreenshots(
  { open }: Visitor,
  pages: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  mkdirSync(FOLDER, { recursive: true })
  for (const { page: name, as, size, scheme } of SHOWN) {
    const { page } = await open(pages[name] ?? '')
    await page.setViewportSize(size)
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await isReady(page)
    await page.screenshot({ path: join(FOLDER, `${as}.png`) })
    await page.close()
  }
  return SHOWN.map(({ as }) => as)
}
