import { KeyUnavailable } from '@chancery/keys'
import type { OpenIssuer } from '../issuers/issuers.ts'
import {
  crlValidityMs,
  deltaValidityMs,
  hasDelta,
  renewalAt,
  signsCrls,
  soonestAfter,
} from '../revocation/crl-schedule.ts'
import type { CrlId, PublishedCrl } from '../revocation/crl-store.ts'
import type { CrlService } from '../revocation/current-crl.ts'
import { makeCrl } from '../revocation/make-crl.ts'
import type { Outbox, OutboxItem } from './outbox.ts'

/** What keeps CRLs fresh. */
export interface CrlRefresh extends CrlService {
  readonly outbox: Outbox
}

const LEASE_MS = 120_000
const AGAIN_MS = 30_000
/** How long a revocation is told of by deltas alone. */
const DELTA_ALONE_MS = 3_600_000
const AT_ONCE = 10
/** So long one stands that lives longer than it is to. */
const TOO_LONG_STANDS_MS = 900_000

/**
 * Refreshes the CRLs of generations whose turn has come: something was revoked, or half their life is over. Returns how many
 * generations were looked at. Called on a timer and right after a revocation, in every process: the lease keeps them apart.
 */
export async function refreshDueCrls(refresh: CrlRefresh): Promise<number> {
  const items = await refresh.outbox.claim('crl', refresh.now(), LEASE_MS, AT_ONCE)
  for (const item of items) {
    try {
      const next = await refreshGeneration(item, refresh)
      // Put before it is finished: a crash between the two must not end the CRLs of this generation.
      if (next !== undefined) await refresh.outbox.put({ tenant: item.tenant, kind: 'crl', key: item.key, dueAt: next })
      await refresh.outbox.finish(item)
    } catch (error) {
      refresh.report(error, item.key)
      const wait = error instanceof KeyUnavailable ? AGAIN_MS : AGAIN_MS * Math.min(2 ** item.attempts, 60)
      await refresh.outbox.retry(item, refresh.now() + wait)
    }
  }
  return items.length
}

/** Returns when the generation is due again; never for one that signs no more. */
async function refreshGeneration(
  { tenant, key: generation }: OutboxItem,
  refresh: CrlRefresh,
): Promise<number | undefined> {
  const open = await refresh.openGeneration(tenant, generation)
  if (!signsCrls(open, refresh.now())) return undefined
  const { id: authority, settings } = open.stored.authority
  const validity = crlValidityMs(open, await refresh.certifiesOnlyAuthorities(tenant, authority))
  const partitions = await refresh.crls.partitions(generation)

  return refresh.inTurn(generation, async () => {
    const whole = { generation, partition: 0, delta: false }
    const due = settings.crl.delta
      ? await refreshWithDelta(whole, open, validity, refresh)
      : [await refreshOne(whole, open, validity, refresh)]
    for (const partition of partitions.filter((number) => number !== 0))
      due.push(await refreshOne({ ...whole, partition }, open, validity, refresh))
    return Math.min(...due)
  })
}

/**
 * A whole CRL with a delta beside it. The delta tells of a revocation at once, and the whole CRL within an hour: most programs read
 * no deltas. A delta is made after each whole CRL, with a number of its own (docs/divergences/crl.md), so that one without a newer
 * delta was made while there were none, and does not say where they are.
 */
async function refreshWithDelta(
  whole: CrlId,
  open: OpenIssuer,
  validityMs: number,
  refresh: CrlRefresh,
): Promise<number[]> {
  const { crls, now } = refresh
  const id = { ...whole, delta: true }
  const deltaMs = deltaValidityMs(validityMs)
  const [complete, delta] = await Promise.all([crls.latest(whole), crls.latest(id)])
  if (complete !== undefined && hasDelta(complete, delta)) {
    const due = Math.min(dueAt(complete, validityMs), await tellsAllAt(complete, refresh))
    if (now() < due) return [due, await refreshOne(id, open, deltaMs, refresh)]
  }
  const made = await makeCrl(whole, open, validityMs, refresh)
  return [renewalAt(made), renewalAt(await makeCrl(id, open, deltaMs, refresh))]
}

/** When a whole CRL has to tell of what its deltas have told of; never while nothing was revoked since. */
async function tellsAllAt(complete: PublishedCrl, refresh: CrlRefresh): Promise<number> {
  return (await hasChanged(complete, refresh)) ? complete.thisUpdate + DELTA_ALONE_MS : Number.POSITIVE_INFINITY
}

/** Makes one CRL if it is due; returns when it is due again. */
async function refreshOne(id: CrlId, open: OpenIssuer, validityMs: number, refresh: CrlRefresh): Promise<number> {
  const { crls, now } = refresh
  const latest = await crls.latest(id)
  if (latest !== undefined && now() < dueAt(latest, validityMs)) {
    if (!(await hasChanged(latest, refresh))) return dueAt(latest, validityMs)
    if (now() < soonestAfter(latest)) return soonestAfter(latest)
  }
  return renewalAt(await makeCrl(id, open, validityMs, refresh))
}

/**
 * When a CRL is renewed. One that lives longer than those of its CA do now is replaced soon, for whoever keeps it learns of no
 * revocation until it ends.
 */
function dueAt(latest: PublishedCrl, validityMs: number): number {
  const livesTooLong = latest.nextUpdate - latest.thisUpdate > validityMs
  return livesTooLong ? Math.min(renewalAt(latest), latest.thisUpdate + TOO_LONG_STANDS_MS) : renewalAt(latest)
}

async function hasChanged(latest: PublishedCrl, { crls, revocationVersion }: CrlRefresh): Promise<boolean> {
  if ((await revocationVersion(latest.generation)) === latest.revocationVersion) return false
  if (latest.partition === 0) return true
  const changed = { ...latest, delta: true }
  const { rows } = await crls.entries(
    changed,
    { expiredAfter: latest.thisUpdate, changedAfter: latest.revocationVersion },
    { limit: 1 },
  )
  return rows.length > 0
}
