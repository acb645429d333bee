import type { Act } from '../audit/audit-record.ts'
import { sealRecords } from '../audit/seal-records.ts'
import { enroll } from '../enrollment/enroll.ts'
import { declineRequest, signRequest } from '../enrollment/requests.ts'
import type { Chancery } from '../open-chancery.ts'
import { refreshDueCrls } from '../publishing/refresh-crls.ts'
import { renewServices } from '../publishing/renew-services.ts'
import { revoke, unrevoke } from '../revocation/revoke.ts'
import type { Program } from './company.ts'
import { foundAcme } from './found-acme.ts'
import { type Company, foundCompany } from './found-company.ts'
import { csrRequest, newHolderKey, programsRequest } from './holder-request.ts'
import type { Holder } from './holders.ts'
import type { MovingClock } from './moving-clock.ts'
import { personAsks } from './people-ask.ts'
import { planAsks } from './plan-asks.ts'
import { PAST_MS, type PlannedCertificate, planCertificates } from './plan-certificates.ts'
import { type PlannedRequest, planRequests } from './plan-requests.ts'
import { seeded } from './seeded.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** The company was there before its first certificate. */
const FOUNDED_BEFORE_MS = 45 * DAY
/** So many at once: a group commit carries them together, and signatures have threads of their own. */
const AT_ONCE = 32

export interface DemoOptions {
  /** How many certificates were issued in three years. */
  readonly certificates: number
  /** What it is made of: the same seed makes the same company. */
  readonly seed: string
  /** Of every member. */
  readonly password: string
  /** Milliseconds: the present of the demo. */
  readonly now: number
  /** Told how much is done, from 0 to 1. */
  readonly progress: (part: number) => void
}

/**
 * Fills an empty installation, opened with this clock, with a company that has used it for three years. All of it comes by the
 * product's own doors: what policy or lint would refuse is not in it.
 */
export async function buildDemo(options: DemoOptions, chancery: Chancery, clock: MovingClock): Promise<Company> {
  const { certificates, seed, password, now, progress } = options
  const company = await foundCompany(now - PAST_MS - FOUNDED_BEFORE_MS, password, chancery, clock)
  const acmeSince = now - 200 * DAY
  const happenings: readonly Happening[] = [
    ...planCertificates(certificates, now, seeded(seed)).flatMap((planned) => lifeOf(planned, company)),
    ...planRequests(now).flatMap((planned) => fateOf(planned, company)),
    ...planAsks(now).map((planned) => ({ at: planned.at, happen: () => personAsks(planned, company) })),
    { at: acmeSince, happen: () => foundAcme(company, byAdministrator(company, acmeSince)) },
  ].sort((a, b) => a.at - b.at)
  for (let done = 0; done < happenings.length; done += AT_ONCE) {
    progress(done / happenings.length)
    await Promise.all(happenings.slice(done, done + AT_ONCE).map(({ at, happen }) => clock.at(at, happen)))
  }
  await catchUp(chancery, now)
  return company
}

/** Something that somebody did. What it follows from has begun before it. */
interface Happening {
  readonly at: number
  readonly happen: () => Promise<unknown>
}

/** A certificate from its request to its end. */
function lifeOf({ holder, at, ending }: PlannedCertificate, company: Company): readonly Happening[] {
  const { revocations } = company.domain.stores
  const asked = Promise.withResolvers<string>()
  const issued = Promise.withResolvers<string>()
  const life: Happening[] = []
  if (holder.way === 'request') {
    life.push({ at: at - 2 * HOUR, happen: () => settle(asked, submit({ holder, at: at - 2 * HOUR }, company)) })
    life.push({ at, happen: async () => settle(issued, signRequested(await asked.promise, at, company)) })
  } else {
    const { way } = holder
    life.push({ at, happen: () => settle(issued, issueTo(holder, way, at, company)) })
  }
  if (ending === undefined) return life
  const { reason, liftedAt } = ending
  life.push({
    at: ending.at,
    happen: async () =>
      revoke({ certificate: await issued.promise, reason }, byOfficer(company, ending.at), revocations),
  })
  if (liftedAt !== undefined) {
    const lift = async () => unrevoke(await issued.promise, byOfficer(company, liftedAt), revocations)
    life.push({ at: liftedAt, happen: lift })
  }
  return life
}

/** A request that waits, or was declined. */
function fateOf(planned: PlannedRequest, company: Company): readonly Happening[] {
  const { at, declined } = planned
  const asked = Promise.withResolvers<string>()
  const left = { at, happen: () => settle(asked, submit(planned, company)) }
  if (declined === undefined) return [left]
  const decline = async () =>
    declineRequest(await asked.promise, declined.note, byOfficer(company, declined.at), company.domain.requestDesk)
  return [left, { at: declined.at, happen: decline }]
}

/** Who waits for it hears of a failure from the one that failed: the building ends with it. */
async function settle<T>(awaited: PromiseWithResolvers<T>, work: Promise<T>): Promise<void> {
  awaited.resolve(await work)
}

/** A program asks by its token, and has it at once. */
async function issueTo(holder: Holder, program: Program, at: number, company: Company): Promise<string> {
  const { accounts, tokens, tenant, domain } = company
  const [, account = ''] = accounts
  const evidence = { by: 'api-token', account, token: tokens.get(program) ?? '' } as const
  const ask = {
    request: programsRequest(holder, await newHolderKey()),
    evidence,
    template: templateOf(holder, company),
  }
  const act: Act = { tenant, actor: { kind: 'account', account, token: evidence.token }, at }
  const { id } = await enroll(ask, act, domain.door)
  return id
}

/** An officer says yes. */
async function signRequested(id: string, at: number, company: Company): Promise<string> {
  const { stores, door } = company.domain
  const request = await stores.requests.find(id)
  if (request === undefined) throw new Error('a request that was left is there')
  const [, , officer = ''] = company.accounts
  const yes = { request, approval: { account: officer, approvedAt: at }, mayUsePrivileged: false }
  const outcome = await signRequest(yes, byOfficer(company, at), door)
  return outcome.id
}

/** Leaves a request for a person; its id. */
async function submit({ holder, at, days }: PlannedRequest, company: Company): Promise<string> {
  const { domain, accounts, tenant } = company
  const [, account = ''] = accounts
  const evidence = { by: 'submitted-csr', request: domain.door.newId(), account } as const
  const ask = {
    request: await csrRequest(holder, await newHolderKey()),
    evidence,
    template: templateOf(holder, company),
    ...(days !== undefined && { wishes: { validity: { days } } }),
  }
  await enroll(ask, { tenant, actor: { kind: 'account', account }, at }, domain.door)
  return evidence.request
}

function byAdministrator({ tenant, accounts: [, account = ''] }: Company, at: number): Act {
  return { tenant, actor: { kind: 'account', account }, at }
}

function byOfficer({ tenant, accounts: [, , account = ''] }: Company, at: number): Act {
  return { tenant, actor: { kind: 'account', account }, at }
}

function templateOf({ template }: PlannedRequest['holder'], { templates }: Company) {
  const found = templates.get(template)
  if (found === undefined) throw new Error(`there is a template ${template}`)
  return found
}

/** What the rounds of a server would have done meanwhile: CRLs, OCSP responders, the seal of the audit. */
async function catchUp({ installation, sealing }: Chancery, now: number): Promise<void> {
  const { stores, crlRefresh, openGeneration, respondersOf } = installation
  const report = (error: unknown) => {
    throw error
  }
  await renewServices({ ...stores.system, openGeneration, respondersOf, now: () => now, report })
  while ((await refreshDueCrls({ ...crlRefresh, report })) > 0);
  await sealRecords(sealing)
}
