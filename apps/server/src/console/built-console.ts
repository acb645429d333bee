import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'

/** The web application as it was built: everything that the server answers of it, in memory. */
export interface BuiltConsole {
  /** The page, with `NONCE_PLACE` where a nonce belongs. */
  readonly page: string
  /** The address of the script of the pages of people who have no account; absent when it was not built. */
  readonly peopleScript?: string
  /** By file name. */
  readonly assets: ReadonlyMap<string, Asset>
}

export interface Asset {
  readonly mediaType: string
  readonly plain: Uint8Array
  /** The same compressed, where that makes it smaller. */
  readonly br?: Uint8Array
  readonly gzip?: Uint8Array
}

/** What stands in the page in place of its nonce; apps/console/vite.config.mjs writes it. */
export const NONCE_PLACE = 'NONCE-OF-THIS-ANSWER'

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** Reads the build in this folder; `undefined` when there is none. */
export function readBuiltConsole(folder: URL): BuiltConsole | undefined {
  const page = fileOf(new URL('index.html', folder))
  if (page === undefined) return undefined
  const assets = new URL('assets/', folder)
  const names = readdirSync(assets).filter((name) => MEDIA_TYPES[extname(name)] !== undefined)
  const peopleScript = addressIn(fileOf(new URL('.vite/manifest.json', folder))?.toString('utf8'), PEOPLE_SCRIPT)
  return {
    page: page.toString('utf8'),
    ...(peopleScript !== undefined && { peopleScript }),
    assets: new Map(names.map((name) => [name, assetOf(assets, name)])),
  }
}

/** Where the source stands in apps/console, by which the manifest of the build names it. */
const PEOPLE_SCRIPT = 'src/people/main.ts'

/** Which file of the build a source became. */
function addressIn(manifest: string | undefined, source: string): string | undefined {
  const files: unknown = manifest === undefined ? {} : JSON.parse(manifest)
  const entry = isRecord(files) ? files[source] : undefined
  return isRecord(entry) && typeof entry['file'] === 'string' ? `/${entry['file']}` : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function assetOf(folder: URL, name: string): Asset {
  const br = fileOf(new URL(`${name}.br`, folder))
  const gzip = fileOf(new URL(`${name}.gz`, folder))
  return {
    mediaType: MEDIA_TYPES[extname(name)] ?? 'application/octet-stream',
    plain: readFileSync(new URL(name, folder)),
    ...(br && { br }),
    ...(gzip && { gzip }),
  }
}

function fileOf(url: URL): Buffer | undefined {
  try {
    return readFileSync(url)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
