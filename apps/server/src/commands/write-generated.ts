// `node apps/server/src/commands/write-generated.ts [--check]`: writes what is generated from the program's own tables and is
// committed for readers; with --check it only says what is out of date, and ends with 1.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { systemClock, systemRandom } from '../platform/clock-and-random.ts'
import { loadConfig } from '../platform/config.ts'
import { createHttpServer } from '../platform/http-server.ts'
import { silentLog } from '../platform/log.ts'
import { mountRoutes } from '../platform/mount-routes.ts'
import { openApiText } from '../platform/openapi.ts'
import { rolesPage } from '../platform/roles-page.ts'
import { settingsPage } from '../platform/settings-page.ts'
import type { AboveDomain } from '../protocols/api/above-domain.ts'
import type { ApiDomain } from '../protocols/api/api-domain.ts'
import { API_ROUTES } from '../protocols/api/api-routes.ts'
import { mountSignIn } from '../sign-in/mount-sign-in.ts'
import type { SignInDomain } from '../sign-in/sign-in-domain.ts'
import { SIGN_IN_ROUTES } from '../sign-in/sign-in-routes.ts'
import { consoleOperations } from './console-operations.ts'

const ROOT = new URL('../../../../', import.meta.url)
const isCheck = process.argv.includes('--check')
const openApi = await describeRoutes()
const generated = {
  'apps/server/openapi.json': openApi,
  'apps/console/src/api/operations.ts': consoleOperations(openApi),
  'docs/configuration.md': settingsPage(),
  'docs/roles.md': rolesPage<ApiDomain, AboveDomain & SignInDomain>([...API_ROUTES, ...SIGN_IN_ROUTES]),
}
const stale = Object.entries(generated).filter(([name, text]) => textOf(name) !== text)
for (const [name, text] of stale) {
  if (!isCheck) writeFileSync(new URL(name, ROOT), text)
  console.log(isCheck ? `${name} is out of date: run this without --check.` : `${name} is written.`)
}
process.exitCode = isCheck && stale.length > 0 ? 1 : 0

/** The description of the API without an installation behind it: nothing is ever called. */
async function describeRoutes(): Promise<string> {
  const http = await createHttpServer({
    config: loadConfig({}),
    log: silentLog,
    now: systemClock,
    random: systemRandom,
    describes: true,
  })
  const nothing = async () => undefined
  const deps = {
    principalOf: nothing,
    sessionOf: nothing,
    standingOf: nothing,
    domainFor: noInstallation,
    findRepeated: nothing,
  }
  await mountRoutes(http, API_ROUTES, { ...deps, above: undefined })
  await mountSignIn(http, noInstallation)
  await mountRoutes(http, SIGN_IN_ROUTES, {
    ...deps,
    get above() {
      return noInstallation()
    },
  })
  await http.app.ready()
  return openApiText(http.app)
}

function noInstallation(): never {
  throw new Error('There is no installation to call.')
}

function textOf(name: string): string | undefined {
  try {
    return readFileSync(fileURLToPath(new URL(name, ROOT)), 'utf8')
  } catch {
    return undefined
  }
}
