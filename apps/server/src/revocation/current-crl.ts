import type { OpenIssuer } from '../issuers/issuers.ts'
import { crlValidityMs, deltaValidityMs, hasDelta, signsCrls } from './crl-schedule.ts'
import type { CrlId, PublishedCrl } from './crl-store.ts'
import { type CrlMaking, makeCrl } from './make-crl.ts'
import type { OneAtATime } from './one-at-a-time.ts'

/** What making a CRL for whoever asks needs beside the making. */
export interface CrlService extends CrlMaking {
  readonly openGeneration: (tenant: string, generation: string) => Promise<OpenIssuer>
  /** Whether this CA certifies CAs alone: its CRL then lives longer. */
  readonly certifiesOnlyAuthorities: (tenant: string, authority: string) => Promise<boolean>
  /** By generation: else whoever asks and whoever refreshes would each sign a CRL that says the same. */
  readonly inTurn: OneAtATime
  /** Told of what could not be made, and why. */
  readonly report: (error: unknown, generation: string) => void
}

/** CRLs as relying parties fetch them. */
export interface CurrentCrls {
  /** The newest one, made on the spot when there is none or it has run out; `undefined` when there is none and none can be made. */
  current(id: CrlId, tenant: string): Promise<PublishedCrl | undefined>
}

/** How long nobody tries again to make one that could not be made: a stranger's question may read a hundred thousand entries. */
const FAILED_MS = 5_000
const MOST_FAILED = 1_000

/** The same question asked by many at once is answered by making one CRL. */
export function currentCrls(service: CrlService): CurrentCrls {
  const making = new Map<string, Promise<PublishedCrl | undefined>>()
  const failedAt = new Map<string, number>()
  const noteFailure = (key: string): void => {
    if (failedAt.size >= MOST_FAILED) failedAt.clear()
    failedAt.set(key, service.now())
  }
  return {
    async current(id, tenant) {
      const latest = await service.crls.latest(id)
      if (latest !== undefined && service.now() < latest.nextUpdate) return latest
      const key = `${id.generation} ${id.partition} ${id.delta}`
      if (service.now() < (failedAt.get(key) ?? Number.NEGATIVE_INFINITY) + FAILED_MS) return latest
      const made = making.get(key) ?? makeNow(id, tenant, service).finally(() => making.delete(key))
      making.set(key, made)
      // An old CRL says more than an error: whoever fetches it sees its nextUpdate.
      try {
        return (await made) ?? latest
      } catch (error) {
        noteFailure(key)
        service.report(error, id.generation)
        return latest
      }
    },
  }
}

async function makeNow(id: CrlId, tenant: string, service: CrlService): Promise<PublishedCrl | undefined> {
  const open = await service.openGeneration(tenant, id.generation)
  if (!signsCrls(open, service.now()) || !(await exists(id, open, service))) return undefined
  const validityMs = crlValidityMs(open, await service.certifiesOnlyAuthorities(tenant, open.stored.authority.id))
  return service.inTurn(id.generation, async () => {
    const meanwhile = await service.crls.latest(id)
    if (meanwhile !== undefined && service.now() < meanwhile.nextUpdate) return meanwhile
    if (await comesAlone(id, open, service)) {
      return makeCrl(id, open, id.delta ? deltaValidityMs(validityMs) : validityMs, service)
    }
    return makeWithDelta(id, open, validityMs, service)
  })
}

/** A whole CRL that says where its deltas are comes with one. Who has it could else use no delta: the refresh would begin anew. */
async function comesAlone(id: CrlId, { stored }: OpenIssuer, { crls, now }: CrlService): Promise<boolean> {
  if (id.partition !== 0 || !stored.authority.settings.crl.delta) return true
  if (!id.delta) return false
  const [whole, delta] = [await crls.latest({ ...id, delta: false }), await crls.latest(id)]
  return whole !== undefined && now() < whole.nextUpdate && hasDelta(whole, delta)
}

/** Gives the one that was asked for. */
async function makeWithDelta(
  id: CrlId,
  open: OpenIssuer,
  validityMs: number,
  service: CrlService,
): Promise<PublishedCrl> {
  const whole = await makeCrl({ ...id, delta: false }, open, validityMs, service)
  const delta = makeCrl({ ...id, delta: true }, open, deltaValidityMs(validityMs), service)
  if (id.delta) return delta
  // The whole CRL is good by itself.
  await delta.catch((error: unknown) => service.report(error, id.generation))
  return whole
}

/** Strangers cannot make a CA sign CRLs of partitions that it never had. */
async function exists(
  { generation, partition, delta }: CrlId,
  { stored }: OpenIssuer,
  { crls }: CrlService,
): Promise<boolean> {
  if (delta) return stored.authority.settings.crl.delta
  return partition === 0 || (await crls.partitions(generation)).includes(partition)
}
