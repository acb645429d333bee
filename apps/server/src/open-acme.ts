import { fairTurns, verifySignature } from '@chancery/keys'
import { bindingKeys } from './acme-policies/bindings.ts'
import { type ExchangeRecorder, recordExchanges } from './exchanges/record-exchanges.ts'
import type { Chancery } from './open-chancery.ts'
import { type Clock, type Random, systemClock, systemRandom } from './platform/clock-and-random.ts'
import type { Config } from './platform/config.ts'
import type { Log } from './platform/log.ts'
import { ownListeners } from './platform/own-listeners.ts'
import type { OwnWords, PublicRoute } from './platform/public-routes.ts'
import type { Acme } from './protocols/acme/acme.ts'
import { acmeRoutes, acmeWords } from './protocols/acme/acme-routes.ts'
import { accountUrl } from './protocols/acme/addresses.ts'
import { CAA_AT_ONCE, caaInTurns, TooManyWait } from './protocols/acme/caa-in-turns.ts'
import type { ChallengeValidation } from './protocols/acme/challenge-validation.ts'
import { heardValidation } from './protocols/acme/heard-validation.ts'
import { memoryNonces, type Nonces, sharedNonces } from './protocols/acme/nonces.ts'
import { pace } from './protocols/acme/pace.ts'
import type { ClaimedChallenge, HearValidation, ValidationJob } from './protocols/acme/pending-challenges.ts'
import { openValidation } from './protocols/acme/validation/open-validation.ts'
import { runValidations } from './protocols/acme/validation/run-validations.ts'
import type { Round } from './publishing/rounds.ts'
import type { Stores } from './store/stores.ts'

/** What ACME is made of beside the installation: who looks at challenges, and when. */
export interface AcmeOptions {
  readonly validation: ChallengeValidation
  /** Starts what runs pending challenges in this process. */
  readonly startJob: (work: {
    readonly validation: ChallengeValidation
    readonly pending: Stores['system']['pendingChallenges']
    readonly accountUri: (claimed: ClaimedChallenge) => string
    readonly hear: HearValidation
    readonly now: Clock
    readonly report: (error: unknown, where: string) => void
  }) => ValidationJob
  readonly now: Clock
  readonly random: Random
  readonly isUnavailable: (error: unknown) => boolean
  readonly report: (error: unknown, where: string) => void
}

/** ACME at work. */
export interface OpenAcme {
  readonly routes: readonly PublicRoute[]
  readonly words: OwnWords
  readonly rounds: readonly Round[]
  readonly exchanges: ExchangeRecorder
  stop(): Promise<void>
}

const MINUTE = 60_000
/** CATALOGUE: logs of protocols are kept 30 days. And no tenant keeps more than this, whatever its clients do. */
const KEPT_MS = 30 * 86_400_000
const MOST_PARTS = 500_000
const AT_ONCE = 500

/** Opens ACME on an installation. */
export async function openAcme(
  {
    stores,
    installation,
    newId,
    sealer,
    nonceSecret,
  }: Pick<Chancery, 'stores' | 'installation' | 'newId' | 'sealer' | 'nonceSecret'>,
  { url }: Pick<Config, 'url'>,
  { validation, startJob, now, random, isUnavailable, report }: AcmeOptions,
): Promise<OpenAcme> {
  const { system } = stores
  const exchanges = recordExchanges(system.exchanges, report)
  const job = startJob({
    validation,
    pending: system.pendingChallenges,
    accountUri: ({ account, directory }) => accountUrl(url, account, directory),
    hear: heardValidation(system.acmeDoor, exchanges.record, report),
    now,
    report,
  })
  const acme: Acme = {
    url,
    door: system.acmeDoor,
    domainOf: installation.for,
    bindingKey: bindingKeys(sealer),
    nonces: await noncesOf(system, nonceSecret, { now, random }),
    verifySignature,
    pace: pace(now),
    validation: {
      ...caaInTurns(
        validation,
        fairTurns(CAA_AT_ONCE, () => new TooManyWait()),
      ),
      whyNever: validation.whyNever,
    },
    job,
    record: exchanges.record,
    now,
    newId,
    random,
    isUnavailable,
    report,
  }
  return {
    routes: acmeRoutes(acme),
    words: acmeWords(acme),
    rounds: roundsOf(system, now),
    exchanges,
    stop: async () => {
      await job.stop()
      await exchanges.stop()
    },
  }
}

function noncesOf(
  { redeemedNonces }: Stores['system'],
  secret: Uint8Array,
  means: { readonly now: Clock; readonly random: Random },
): Nonces | Promise<Nonces> {
  return redeemedNonces === undefined
    ? memoryNonces(means.now, means.random)
    : sharedNonces(redeemedNonces, secret, means)
}

/** What is over is taken away, a page at a time. */
function roundsOf({ redeemedNonces, acmeRetention, exchanges }: Stores['system'], now: Clock): readonly Round[] {
  const untilNothing = async (page: () => Promise<number>) => {
    while ((await page()) > 0);
  }
  return [
    {
      name: 'acme',
      everyMs: 10 * MINUTE,
      run: async () => {
        await untilNothing(() => acmeRetention.forget(now(), AT_ONCE))
        await redeemedNonces?.forget(now())
      },
    },
    {
      name: 'exchanges',
      everyMs: 10 * MINUTE,
      run: async () => {
        await untilNothing(() => exchanges.forget(now() - KEPT_MS, AT_ONCE))
        await untilNothing(() => exchanges.trim(MOST_PARTS, AT_ONCE))
      },
    },
  ]
}

/** The same for a server: looks at challenges over the network, as the configuration says. */
export async function openServedAcme(
  config: Config,
  chancery: Chancery,
  log: Log,
  mayBeTriedAgain: (error: unknown) => boolean,
): Promise<OpenAcme> {
  const report = (error: unknown, where: string) => log.error('a part of ACME failed', { error, where })
  return openAcme(chancery, config, {
    validation: openValidation(
      config.acme,
      {
        allowedNetworks: config.outboundNetworks,
        // Strangers who make themselves a tenant are not to look around in networks of the operator.
        privateNetworks: async () => !(await chancery.stores.system.registration.isOpen()),
        isOurs: ownListeners(config),
      },
      (error) => log.debug('a host that a challenge redirected to could not be fetched', { error }),
    ),
    startJob: runValidations,
    now: systemClock,
    random: systemRandom,
    isUnavailable: mayBeTriedAgain,
    report,
  })
}
