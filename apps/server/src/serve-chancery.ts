import { statfs } from 'node:fs/promises'
import { authenticator } from './accounts/authenticate.ts'
import { isInvited } from './accounts/invitations.ts'
import type { Principal } from './accounts/roles.ts'
import { sessionReader } from './accounts/session-of.ts'
import { newSetupLink, type SetupLink, setupAddress } from './accounts/setup-link.ts'
import { INSTALLATION_LOG } from './audit/account-record.ts'
import { sealState } from './audit/seal-state.ts'
import type { CommandIo } from './commands/command.ts'
import { controlActions } from './commands/control-actions.ts'
import { controlSocketPath, openControlSocket } from './commands/control-socket.ts'
import { readBuiltConsole } from './console/built-console.ts'
import { consoleRoutes } from './console/console-routes.ts'
import type { Installation } from './installation.ts'
import type { MailTransport } from './mail/smtp-transport.ts'
import { createMeters } from './metrics/meters.ts'
import { startMetrics } from './metrics/start-metrics.ts'
import { openServedAcme } from './open-acme.ts'
import { type Chancery, type OpenOptions, openChancery } from './open-chancery.ts'
import { openMail } from './open-mail.ts'
import { openTls, type ServedTls } from './open-tls.ts'
import type { Callers } from './platform/callers.ts'
import { systemClock, systemRandom } from './platform/clock-and-random.ts'
import type { Config } from './platform/config.ts'
import { healthRoutes, type ReadinessParts, readinessOf } from './platform/health.ts'
import { createHttpServer, type HttpServer } from './platform/http-server.ts'
import { createLog, type Log, silentLog } from './platform/log.ts'
import { mountPublicRoutes } from './platform/mount-public-routes.ts'
import { mountRoutes } from './platform/mount-routes.ts'
import { apiDescriptionRoutes } from './platform/openapi.ts'
import type { PublicRoute } from './platform/public-routes.ts'
import { serve } from './platform/serve.ts'
import { type StorageProblem, type StorageWatch, watchStorage } from './platform/storage-watch.ts'
import { version } from './platform/version.ts'
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
import { type Round, startRounds } from './publishing/rounds.ts'
import type { MailSending } from './publishing/send-mails.ts'
import { keyRounds, mailRounds, startRoundsOf } from './rounds.ts'
import { mountSignIn } from './sign-in/mount-sign-in.ts'
import { openSignIn, type SignIn, type SignInOptions } from './sign-in/open-sign-in.ts'
import type { PasswordResetParts } from './sign-in/sign-in-domain.ts'
import { SIGN_IN_ROUTES } from './sign-in/sign-in-routes.ts'
import { isStorageFull, isUnavailable } from './store/database-errors.ts'
import type { Stores } from './store/stores.ts'
import type { TemplateStore } from './templates/template-store.ts'

/** Serves the installation that the configuration names until the process is told to stop, or its database cannot be written any more. */
export async function serveChancery(
  config: Config,
  io: CommandIo,
  disk: Pick<OpenOptions, 'flushFile'> = {},
): Promise<void> {
  const log = createLog(config.logLevel)
  const transport = openMail(config)
  const meters = config.metrics && createMeters(version())
  const { promise: broken, resolve: onBroken } = Promise.withResolvers<Error>()
  const chancery = await openChancery(config, log, { ...disk, onBroken, ...(meters && { meters }) })
  const { stores, installation, newId, keys, sealing } = chancery
  const tls = await openedTls(config, chancery, log)
  const storage = watchOver(config, stores, log)
  const http = await createHttpServer({
    config,
    log,
    now: systemClock,
    random: systemRandom,
    isUnavailable: (error) => mayBeTriedAgain(error, storage),
    ...(tls && { identity: tls.first }),
    ...(meters && { observe: meters.http }),
  })
  const setupLink = (await stores.system.accounts.countAccounts()) === 0 ? newSetupLink(systemRandom) : undefined
  const acme = await openServedAcme(config, chancery, log, (error) => mayBeTriedAgain(error, storage))
  const signIn = await mountEverything(http, config, chancery, log, { ...tls, storage, acme: acme.routes }, setupLink)
  const ready = readinessOf({ parts: readinessParts(stores, storage), now: systemClock, log: silentLog })
  const sources = {
    operations: stores.system.operations,
    seal: () => sealState(stores.system.audit),
    ready,
    now: systemClock,
  }
  const metrics = await startMetrics(config, meters, sources, log).catch(async (error: unknown) => {
    storage.stop()
    await acme.stop()
    await chancery.close()
    throw error
  })

  const report = (error: unknown, where: string) =>
    log.error('could not be done now and is tried again', { error, where })
  const rounds = startRoundsOf(installation, { now: systemClock, report }, [
    ...keyRounds(keys, sealing),
    ...mailRoundsOf(chancery, config, transport, report),
    ...acme.rounds,
  ])
  const renewal = tls && startRounds([renewalOf(tls, http)], report)
  // On PostgreSQL the command line works on the database itself.
  const control =
    config.databaseUrl === undefined
      ? await openControlSocket(
          controlSocketPath(config.dataFolder),
          controlActions(config, stores, newId, async () => keys),
          log,
        )
      : undefined
  await serve({
    http,
    log,
    process,
    broken,
    announce: () => begin(io, `${tls?.notice ?? ''}${announcement(config.url, setupLink)}`, signIn.askProviders),
    close: async () => {
      await Promise.all([rounds.stop(), renewal?.stop()])
      transport?.close()
      await control?.close()
      await metrics?.close()
      await acme.stop()
      storage.stop()
      await chancery.close()
    },
  })
}

/** What was opened so far is closed again when there is nothing to serve https by. */
async function openedTls(config: Config, chancery: Chancery, log: Log): Promise<ServedTls | undefined> {
  try {
    return await openTls(config, chancery, log)
  } catch (error) {
    await chancery.close()
    throw error
  }
}

/**
 * Serves a new certificate when there is one, and the same anew every day: with it come new keys of session tickets, and what was
 * recorded under the old ones cannot be read by whoever finds them later.
 */
function renewalOf({ first, everyMs, look }: ServedTls, http: HttpServer): Round {
  let identity = first
  let servedAt = systemClock()
  return {
    name: 'tls',
    everyMs,
    run: async () => {
      const another = await look()
      if (another === undefined && systemClock() - servedAt < DAY) return
      identity = another ?? identity
      servedAt = systemClock()
      http.useIdentity(identity)
    },
  }
}
const DAY = 86_400_000

/** On PostgreSQL the disk is another machine's: that it is full shows only in what it refuses. */
function watchOver({ databaseUrl, dataFolder }: Config, stores: Stores, log: Log): StorageWatch {
  const freeOctets = async () => {
    const { bavail, bsize } = await statfs(dataFolder)
    return bavail * bsize
  }
  return watchStorage({
    ping: () => stores.ping(),
    now: systemClock,
    log,
    ...(databaseUrl === undefined && { freeOctets }),
  })
}

/** What a client may try again after: the database is away, somebody holds it, or its disk has no room. */
function mayBeTriedAgain(error: unknown, storage: StorageWatch): boolean {
  if (isStorageFull(error)) {
    storage.heardOfFullDisk()
    return true
  }
  return isUnavailable(error)
}

/** Says that the server serves. Providers are not asked before: while routes compile no answer is read. */
function begin(io: CommandIo, words: string, askProviders: () => Promise<void>): void {
  io.out(words)
  void askProviders()
}

/** The last line of the start. Only here, and on standard output alone, the setup link is shown. */
function announcement(url: string, setupLink: SetupLink | undefined): string {
  if (setupLink === undefined) return `Chancery serves at ${url}\n`
  return `There is no account yet. Make the first in a browser, by the link below, or here:
  ./chancery setup --email you@example.com --password-file PASSWORD-FILE --token-file TOKEN-FILE
Chancery serves at ${url} and is set up at ${setupAddress(url, setupLink.secret)}
`
}

/** The master key was opened before the server listened, or it would not. */
function readinessParts(stores: Stores, storage?: StorageWatch): ReadinessParts {
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

/** Where scripts/build-console.mjs leaves the console. */
const BUILT_CONSOLE = new URL('../../console/dist/', import.meta.url)

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
    acme = [],
  }: Partial<Pick<ServedTls, 'root'>> & {
    readonly storage?: StorageWatch
    readonly acme?: readonly PublicRoute[]
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
  await mountPublicRoutes(http, [
    ...relyingPartyRoutes(installation, config),
    ...acme,
    platformCaRoute(() => root?.()),
    ...healthRoutes(health, readiness),
    ...apiDescriptionRoutes(http.app),
    ...consoleRoutes(readBuiltConsole(BUILT_CONSOLE), systemRandom),
    ...peopleRoutes(systemRandom),
  ])
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
    ...(installation.mail.delivers && { passwordResets: passwordResetsOf(installation, config.url) }),
  }
}

function passwordResetsOf({ stores: { system }, mail }: Installation, url: string): PasswordResetParts {
  return {
    resets: system.passwordResets,
    identities: system.identities,
    random: systemRandom,
    ...{ mail, url },
    ask: (email) =>
      system.outbox.put({ tenant: INSTALLATION_LOG, kind: PASSWORD_RESET, key: email, dueAt: systemClock() }),
  }
}

/** What sends the mails that were written. */
function mailRoundsOf(
  { installation, sealer }: Pick<Chancery, 'installation' | 'sealer'>,
  { url }: Config,
  transport: MailTransport | undefined,
  report: MailSending['report'],
): readonly Round[] {
  const { outbox, mails, passwordResets } = installation.stores.system
  const sending = { outbox, mails, sealer, url, now: systemClock, report, ...(transport && { transport }) }
  const resets = { outbox, deps: passwordResetsOf(installation, url), now: systemClock, report }
  return mailRounds(sending, resets, passwordResets)
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
