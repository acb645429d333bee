// Run as a process of its own: an installation at work, with its rounds, that never ends by itself. It prints a line for
// each thing as soon as it is told that it was done. What fails because a connection was cut is tried again; what fails otherwise is a
// line too.
import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { CertificateRequest, Template } from '@chancery/pki'
import { sealRecords } from '../../src/audit/seal-records.ts'
import { createIntermediate } from '../../src/authorities/create-intermediate.ts'
import { renewAuthority } from '../../src/authorities/renew-authority.ts'
import { enroll } from '../../src/enrollment/enroll.ts'
import { signRequest } from '../../src/enrollment/requests.ts'
import { openChancery } from '../../src/open-chancery.ts'
import { silentLog } from '../../src/platform/log.ts'
import { makeCrl } from '../../src/revocation/make-crl.ts'
import { revoke } from '../../src/revocation/revoke.ts'
import { keyRounds, startRoundsOf } from '../../src/rounds.ts'
import { isUnavailable, sqlState } from '../../src/store/database-errors.ts'
import { requestFor } from '../support/authorities.ts'
import { ACCOUNT } from '../support/world.ts'
import { LOST_AT_START } from './killed-processes.ts'
import { configOf, type Place } from './reopened.ts'

export interface Work extends Place {
  readonly tenant: string
  readonly root: string
}

const work: Work = JSON.parse(process.argv[2] ?? '')
const { installation, newId, keys, sealing, template } = await start().catch(endLost)
const { stores, door, authorities, issuers, now } = installation.for(work.tenant)
const requests = await Promise.all(Array.from({ length: 16 }, (_, at) => requestFor(`host-${at}.example.com`)))
const revocable: string[] = []

startRoundsOf(installation, { now, report: tellFault }, keyRounds(keys, sealing))
const act = () => ({ tenant: work.tenant, actor: { kind: 'account', account: ACCOUNT }, at: now() }) as const
/** Leases of others end at once for it: two sealers at work are no rare accident then. */
const impatient = () => now() + Math.round(Math.random()) * 60_000
const told = (...words: readonly (string | number)[]) => process.stdout.write(`${words.join(' ')}\n`)

await Promise.all([
  forever(seal, 10),
  ...requests.flatMap((request) => [forever(() => issue(request, template)), forever(() => issue(request, template))]),
  ...requests.slice(0, 2).map((request) => forever(() => approve(request, template))),
  forever(revokeOne, 5),
  forever(makeAuthority, 60),
  forever(publish, 40),
])

async function start() {
  const chancery = await openChancery(configOf(work), silentLog)
  const { templates } = chancery.installation.for(work.tenant).stores
  const [template] = (await templates.list({ authority: work.root }, { limit: 1 })).items
  if (template === undefined) throw new Error('the root has no template')
  return { ...chancery, template }
}

/** A start whose connections were cut ends, and nothing else does. */
function endLost(error: unknown): never {
  if (!isUnavailable(error)) throw error
  process.exit(LOST_AT_START)
}

function tellFault(error: unknown, where: string): void {
  if (isUnavailable(error) || comesOfStandingStill(error)) return
  told('fault', where, JSON.stringify(error instanceof Error ? error.stack : error))
}

/** Of a machine that stood still for long: the server ends what was at work, and the process does not trust what it knows of the keys. */
function comesOfStandingStill(error: unknown): boolean {
  const isTimeout = sqlState(error) === '57014' || sqlState(error) === '55P03'
  return isTimeout || (error instanceof Error && error.message.includes('which master key is the one of now'))
}

async function forever(once: () => Promise<void>, pause = 0): Promise<never> {
  for (;;) {
    await once().catch((error: unknown) => {
      tellFault(error, once.name)
      return delay(20)
    })
    if (pause > 0) await delay(pause)
  }
}

/** Far more often than a server does it: so that processes meet in it, and die in it. */
async function seal(): Promise<void> {
  const records = await sealRecords({ ...sealing, now: impatient })
  if (records > 0) told('sealed', records)
}

async function issue(request: CertificateRequest, of: Template): Promise<void> {
  const evidence = { by: 'api-token', account: ACCOUNT, token: 'a-token' } as const
  const outcome = await enroll({ request, evidence, template: of }, act(), door)
  if (outcome.state !== 'issued') throw new Error('the key is here')
  told('issued', outcome.id, createHash('sha256').update(outcome.certificate).digest('hex'))
  if (revocable.length < 100) revocable.push(outcome.id)
}

async function approve(request: CertificateRequest, of: Template): Promise<void> {
  const evidence = { by: 'submitted-csr', request: newId(), account: ACCOUNT } as const
  await enroll({ request, evidence, template: of }, act(), door)
  told('submitted', evidence.request)
  const parked = await stores.requests.find(evidence.request)
  if (parked === undefined) throw new Error('a request was lost')
  const approval = { account: ACCOUNT, approvedAt: now() }
  const outcome = await signRequest({ request: parked, approval, mayUsePrivileged: false }, act(), door)
  told('signed', evidence.request, outcome.id)
}

async function revokeOne(): Promise<void> {
  const certificate = revocable.shift()
  if (certificate === undefined) return
  await revoke({ certificate, reason: 'superseded' }, act(), stores.revocations)
  told('revoked', certificate)
}

async function makeAuthority(): Promise<void> {
  const subject = [{ type: 'commonName', value: `CA ${newId()}` }]
  const made = await createIntermediate({ subject, parent: work.root }, act(), authorities)
  told('authority', made.id)
  await renewAuthority(made, { key: 'same' }, act(), authorities)
  told('renewed', made.id)
}

async function publish(): Promise<void> {
  const open = await issuers.active(work.root)
  const which = { generation: open.stored.generation.id, partition: 0, delta: false }
  const { number } = await makeCrl(which, open, 3_600_000, installation.crlRefresh)
  told('crl', number)
}
