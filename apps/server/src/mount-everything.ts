import { readFileSync } from 'node:fs'
import { authenticator } from './accounts/authenticate.ts'
import { isInvited } from './accounts/invitations.ts'
import type { Principal } from './accounts/roles.ts'
import { sessionReader } from './accounts/session-of.ts'
import type { SetupLink } from './accounts/setup-link.ts'
import { INSTALLATION_LOG } from './audit/account-record.ts'
import { readBuiltConsole } from './console/built-console.ts'
import { consoleRoutes } from './console/console-routes.ts'
import type { Installation } from './installation.ts'
import type { OpenAcme } from './open-acme.ts'
import type { Chancery } from './open-chancery.ts'
import type { ServedTls } from './open-tls.ts'
import type { Callers } from './platform/callers.ts'
import { systemClock, systemRandom } from './platform/clock-and-random.ts'
import type { Config } from './platform/config.ts'
import { healthRoutes, type ReadinessParts, readinessOf } from './platform/health.ts'
import type { HttpServer } from './platform/http-server.ts'
import type { Log } from './platform/log.ts'
import { mountPublicRoutes } from './platform/mount-public-routes.ts'
import { mountRoutes } from './platform/mount-routes.ts'
import { apiDescriptionRoutes } from './platform/openapi.ts'
import type { PublicRoute } from './platform/public-routes.ts'
import type { StorageProblem, StorageWatch } from './platform/storage-watch.ts'
import { aiaRoutes } from './protocols/aia/aia-routes.ts'
import { platformCaRoute } from './protocols/aia/platform-ca-route.ts'
import type { AboveDomain } from './protocols/api/above-domain.ts'
import { API_ROUTES } from './protocols/api/api-routes.ts'
import { strangerPace } from './protocols/api/stranger-pace.ts'
import { cpsRoutes } from './protocols/cps/cps-routes.ts'
import { crlRoutes } from './protocols/crl/crl-routes.ts'
import { ocspRoutes } from './protocols/ocsp/ocsp-routes.ts'
import { peopleRoutes } from './protocols/people/people-routes.ts'
import { PASSWORD_RESET } from './publishing/answer-password-resets.ts'
import { REGISTRATION, registrationKey } from './publishing/answer-registrations.ts'
import { mountSignIn } from './sign-in/mount-sign-in.ts'
import { openSignIn, type SignIn, type SignInOptions } from './sign-in/open-sign-in.ts'
import type { MailedParts } from './sign-in/sign-in-domain.ts'
import { SIGN_IN_ROUTES } from './sign-in/sign-in-routes.ts'
import { isUnavailable } from './store/database-errors.ts'
import type { Stores } from './store/stores.ts'
import type { TemplateStore } from './templates/template-store.ts'

/** Where scripts/build-console.mjs leaves the console. */
const BUILT_CONSOLE = new URL('../../console/dist/', import.meta.url)
/** Written of the same routes by `write-generated.ts`. */
const API_DESCRIPTION = new URL('../openapi.json', import.meta.url)

/** What the routes stand on. */
type Mounted = Pick<Chancery, 'stores' | 'installation' | 'newId' | 'sealer' | 'signInSecret'>

/** All that the server answers: the API, what relying parties fetch, and whether it lives. */
export async function mountEverything(
  http: HttpServer,
  config: Config,
  chancery: Mounted,
  log: Log,
  {
    root,
    storage,
    acme,
  }: Partial<Pick<ServedTls, 'root'>> & {
    readonly storage?: StorageWatch
    readonly acme?: Pick<OpenAcme, 'routes' | 'words'>
  } = {},
  setupLink?: SetupLink,
): Promise<Pick<SignIn, 'askProviders'>> {
  const { stores, installation } = chancery
  const health = { parts: readinessParts(stores, storage), isStopping: http.isStopping, now: systemClock, log }
  const readiness = readinessOf(health)
  const deps = {
    ...callers(stores, log),
    domainFor: ({ tenant }: Principal) => installation.for(tenant),
    findRepeated: stores.system.idempotency.find,
  }
  await mountRoutes(http, API_ROUTES, {
    ...deps,
    above: aboveTenants(chancery, config.url, readiness),
    ...(storage && { storageProblem: storage.problem }),
  })
  // Who signs in writes little, and may come to make room.
  const signIn = openSignIn({
    ...signInParts(chancery, config, log),
    ...(setupLink && { setupLink }),
  })
  await mountSignIn(http, signIn.perform)
  await mountRoutes(http, SIGN_IN_ROUTES, { ...deps, above: signIn.domain })
  const built = readBuiltConsole(BUILT_CONSOLE)
  const rows = [
    ...relyingPartyRoutes(installation, config),
    ...(acme?.routes ?? []),
    platformCaRoute(() => root?.()),
    ...healthRoutes(health, readiness),
    ...apiDescriptionRoutes(() => readFileSync(API_DESCRIPTION, 'utf8')),
    ...consoleRoutes(built, systemRandom),
    ...peopleRoutes(built?.peopleScript, systemRandom),
  ]
  await mountPublicRoutes(http, rows, acme && [acme.words])
  return signIn
}

function signInParts(
  { stores, installation, sealer, signInSecret, newId }: Mounted,
  config: Config,
  log: Log,
): SignInOptions {
  return {
    stores: stores.system,
    sealer,
    secret: signInSecret,
    url: config.url,
    providers: config.signInProviders,
    now: systemClock,
    newId,
    random: systemRandom,
    log,
    isInvited: (newcomer) => isInvited(newcomer, systemClock(), stores.system),
    ...(installation.mail.delivers && { mailed: mailedParts(installation, config.url) }),
  }
}

/** What setting a password by a mailed link takes, of an account or of one that is yet to be. */
export function mailedParts({ stores: { system }, mail }: Installation, url: string): MailedParts {
  const put = (kind: string, key: string) =>
    system.outbox.put({ tenant: INSTALLATION_LOG, kind, key, dueAt: systemClock() })
  return {
    resets: system.passwordResets,
    identities: system.identities,
    random: systemRandom,
    ...{ mail, url },
    askForPassword: (email) => put(PASSWORD_RESET, email),
    askForAccount: (asked) => put(REGISTRATION, registrationKey(asked)),
  }
}

/** How callers are known: by API tokens, and by sessions. */
function callers({ system: { accounts, sessions } }: Stores, log: Log): Callers {
  const report = (error: unknown) => log.warn('the last use of a token or session could not be noted', { error })
  return {
    principalOf: authenticator({ accounts, now: systemClock, report }),
    sessionOf: sessionReader({ sessions, now: systemClock, report }),
    standingOf: (account) => accounts.standing(account),
  }
}

function aboveTenants(
  { stores, installation, newId, signInSecret }: Mounted,
  url: string,
  health: AboveDomain['health'],
): AboveDomain {
  const { mail } = installation
  const tenantOf = (tenant: string) => stores.for(tenant).self
  const pace = strangerPace(stores.system.attempts, signInSecret, systemClock)
  const doors = { tenantOf, tenantDomain: installation.for, pace, renewalSecret: signInSecret }
  return { ...stores.system, ...doors, mail, url, health, newId, random: systemRandom }
}

function relyingPartyRoutes(installation: Installation, { publicUrl, url }: Config): readonly PublicRoute[] {
  const { stores, crls, ocsp, openGeneration } = installation
  const { generationByPublicId: findGeneration, authorityByPublicId: findAuthority } = stores.system
  const now = systemClock
  return [
    ...crlRoutes({ findGeneration, current: crls.current, read: (id) => stores.system.crls.read(id), now }),
    ...ocspRoutes({ findGeneration, answer: ocsp.answer, isUnavailable, now }),
    ...aiaRoutes({ findGeneration, openGeneration }),
    ...cpsRoutes({
      ...{ findAuthority, publicUrl, url, now },
      authoritiesOf: (tenant) => stores.for(tenant).authorities,
      renews: (tenant, authority) => letsRenew(stores.for(tenant).templates, authority),
    }),
  ]
}

/** Whether a template of a CA lets holders renew: of the newest 200. */
async function letsRenew(templates: Pick<TemplateStore, 'list'>, authority: string): Promise<boolean> {
  const { items } = await templates.list({ authority }, { limit: 200 })
  return items.some(({ enabled, enrollment }) => enabled && enrollment.renewal !== undefined)
}

/** The master key was opened before the server listened, or it would not. */
export function readinessParts(stores: Stores, storage?: StorageWatch): ReadinessParts {
  const isWell = (part: StorageProblem['part']) => async () => {
    const problem = storage?.problem()
    if (problem?.part === part) throw new Error(problem.detail)
  }
  return {
    database: async () => {
      await isWell('database')()
      await stores.ping()
    },
    disk: isWell('disk'),
    schema: () => stores.checkSchema(),
  }
}
