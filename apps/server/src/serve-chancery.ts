import { statfs } from 'node:fs/promises'
import { newSetupLink, type SetupLink, setupAddress } from './accounts/setup-link.ts'
import { sealState } from './audit/seal-state.ts'
import type { CommandIo } from './commands/command.ts'
import { controlActions } from './commands/control-actions.ts'
import { controlSocketPath, openControlSocket } from './commands/control-socket.ts'
import type { MailTransport } from './mail/smtp-transport.ts'
import { mayBeTriedAgain } from './may-be-tried-again.ts'
import { mailedParts, mountEverything, readinessParts } from './mount-everything.ts'
import { openServedAcme } from './open-acme.ts'
import { type Chancery, type OpenOptions, openChancery } from './open-chancery.ts'
import { openMail } from './open-mail.ts'
import { noticeRounds } from './open-notices.ts'
import { openTls, type ServedTls } from './open-tls.ts'
import { webhookRounds } from './open-webhooks.ts'
import { backgroundReports } from './platform/background-reports.ts'
import { systemClock, systemRandom } from './platform/clock-and-random.ts'
import type { Config } from './platform/config.ts'
import { guardedClient } from './platform/guarded-client.ts'
import { readinessOf } from './platform/health.ts'
import { createHttpServer, type HttpServer } from './platform/http-server.ts'
import { createLog, type Log, silentLog } from './platform/log.ts'
import { ownListeners } from './platform/own-listeners.ts'
import { serve } from './platform/serve.ts'
import { type StorageWatch, watchStorage } from './platform/storage-watch.ts'
import { version } from './platform/version.ts'
import { keepYoungObjectsApart } from './platform/young-objects.ts'
import { type Round, startRounds } from './publishing/rounds.ts'
import type { MailSending } from './publishing/send-mails.ts'
import { keyRounds, mailRounds, startRoundsOf } from './rounds.ts'
import type { Stores } from './store/stores.ts'

/** Serves the installation that the configuration names until the process is told to stop, or its database cannot be written any more. */
export async function serveChancery(
  config: Config,
  io: CommandIo,
  disk: Pick<OpenOptions, 'flushFile'> = {},
): Promise<void> {
  keepYoungObjectsApart()
  const log = createLog(config.logLevel)
  const transport = openMail(config)
  const metering = config.metrics && (await loadMetrics())
  const meters = metering?.createMeters(version())
  const { promise: broken, resolve: onBroken } = Promise.withResolvers<Error>()
  const chancery = await openChancery(config, log, { ...disk, onBroken, ...(meters && { meters }) })
  // What was opened is closed again, last first: at the end, or when something further down cannot be opened.
  await using opened = new AsyncDisposableStack()
  opened.defer(() => chancery.close())
  const { stores, installation, newId, keys, sealing } = chancery
  const tls = await openTls(config, chancery, log)
  const storage = watchOver(config, stores, log)
  opened.defer(() => storage.stop())
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
  opened.defer(() => acme.stop())
  const signIn = await mountEverything(http, config, chancery, log, { ...tls, storage, acme }, setupLink)
  const ready = readinessOf({ parts: readinessParts(stores, storage), now: systemClock, log: silentLog })
  const sources = {
    operations: stores.system.operations,
    seal: () => sealState(stores.system.audit),
    ready,
    now: systemClock,
  }
  const metrics = await metering?.startMetrics(config, meters, sources, log)
  opened.defer(() => metrics?.close())
  // On PostgreSQL the command line works on the database itself.
  const control =
    config.databaseUrl === undefined
      ? await openControlSocket(
          controlSocketPath(config.dataFolder),
          controlActions(config, stores, newId, async () => keys),
          log,
        )
      : undefined
  opened.defer(() => control?.close())
  opened.defer(() => transport?.close())

  const report = backgroundReports(log)
  const rounds = startRoundsOf(installation, { now: systemClock, report }, [
    ...keyRounds(keys, sealing),
    ...mailRoundsOf(chancery, config, transport, report),
    ...tellingRounds(chancery, config, report),
    ...acme.rounds,
  ])
  const renewal = tls && startRounds([renewalOf(tls, http)], report)
  opened.defer(async () => {
    await Promise.all([rounds.stop(), renewal?.stop()])
  })
  await serve({
    http,
    log,
    process,
    broken,
    announce: () => begin(io, `${tls?.notice ?? ''}${announcement(config.url, setupLink)}`, signIn.askProviders),
    close: () => opened.disposeAsync(),
  })
}

/** Only where somebody is to scrape. */
async function loadMetrics() {
  return { ...(await import('./metrics/meters.ts')), ...(await import('./metrics/start-metrics.ts')) }
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

/** What tells people of their certificates, and webhooks of all that happens. */
function tellingRounds(
  { installation, sealer, newId }: Chancery,
  config: Config,
  report: MailSending['report'],
): readonly Round[] {
  const means = { url: config.url, newId, now: systemClock, report }
  const send = guardedClient({ allowedNetworks: config.outboundNetworks, isOurs: ownListeners(config) })
  return [...noticeRounds(installation, means), ...webhookRounds(installation, { ...means, send, sealer })]
}

/** What sends the mails that were written. */
function mailRoundsOf(
  { installation, sealer, newId }: Pick<Chancery, 'installation' | 'sealer' | 'newId'>,
  { url }: Config,
  transport: MailTransport | undefined,
  report: MailSending['report'],
): readonly Round[] {
  const { outbox, mails, passwordResets } = installation.stores.system
  const sending = { outbox, mails, sealer, url, now: systemClock, report, ...(transport && { transport }) }
  const answering = { outbox, now: systemClock, report }
  const deps = { ...mailedParts(installation, url), newId }
  return mailRounds(sending, { resets: { ...answering, deps }, registrations: { ...answering, deps } }, passwordResets)
}
