import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isReady } from './open-console.ts'
import type { Visitor } from './open-demo.ts'

const FOLDER = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url))

const DESKTOP = { width: 1280, height: 800 }
const PHONE = { width: 390, height: 844 }

/** The pages that README and docs show, by the names of `demoPages` and of `authorityPages`. */
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
  { page: 'authorities', as: 'certificate-authorities', size: DESKTOP, scheme: 'light' },
  { page: 'trust', as: 'trust-this-ca-dark', size: DESKTOP, scheme: 'dark' },
  { page: 'template', as: 'template', size: DESKTOP, scheme: 'light' },
] as const

/** Writes the pictures of README and docs: `DOCS_SCREENSHOTS=1 npm test -- test/console/demo-pages.test.ts`. */
export async function takeDocsScreenshots(
  visitor: Visitor,
  certificatePages: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  mkdirSync(FOLDER, { recursive: true })
  const pages: Readonly<Record<string, string>> = { ...certificatePages, ...(await authorityPages(visitor)) }
  for (const { page: name, as, size, scheme } of SHOWN) {
    const { page } = await visitor.open(pages[name] ?? '')
    await page.setViewportSize(size)
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await isReady(page)
    await page.screenshot({ path: join(FOLDER, `${as}.png`) })
    await page.close()
  }
  return SHOWN.map(({ as }) => as)
}

/** Pages about CAs and templates, which `pages.test.ts` looks at. */
async function authorityPages({ get }: Visitor): Promise<Readonly<Record<string, string>>> {
  const idOf = async (path: string, name: string) => {
    const { items } = await get<{ items: readonly { id: string; name: string }[] }>(path)
    return items.find((item) => item.name.includes(name))?.id ?? ''
  }
  return {
    authorities: '/console/authorities',
    trust: `/console/authorities/${await idOf('/authorities', 'Root')}/trust`,
    template: `/console/templates/${await idOf('/templates?limit=200', 'Web Server')}`,
  }
}
