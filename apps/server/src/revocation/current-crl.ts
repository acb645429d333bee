import type { OpenIssuer } from '../issuers/issuers.ts'
import { crlValidityMs, deltaValidityMs, signsCrls } from './crl-schedule.ts'
import type { CrlId, PublishedCrl } from './crl-store.ts'
import { type CrlMaking, makeCrl } from './make-crl.ts'

/** What making a CRL for whoever asks needs beside the making. */
export interface CrlService extends CrlMaking {
  readonly openGeneration: (tenant: string, generation: string) => Promise<OpenIssuer>
  /** Whether this CA certifies CAs alone: its CRL then lives longer. */
  readonly certifiesOnlyAuthorities: (tenant: string, authority: string) => Promise<boolean>
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
  const complete = crlValidityMs(open, await service.certifiesOnlyAuthorities(tenant, open.stored.authority.id))
  if (id.delta && (await service.crls.latest({ ...id, delta: false })) === undefined) {
    await makeCrl({ ...id, delta: false }, open, complete, service)
  }
  return makeCrl(id, open, id.delta ? deltaValidityMs(complete) : complete, service)
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
