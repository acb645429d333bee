import type { KeyType } from '@chancery/x509'
import { fairTurns } from './fair-turns.ts'
import { KeyUnavailable } from './signing-key.ts'

/** What one operation costs: under a millisecond, a few of them, or up to seconds (SLH-DSA, making an RSA key). */
export const COSTS = ['quick', 'heavy', 'slow'] as const
export type Cost = (typeof COSTS)[number]

/** How many operations of one cost run at once, how many of them for one tenant, and how many of a tenant's may wait. */
export interface KeyPoolLimits {
  readonly atOnce: number
  readonly perTenant: number
  readonly waiting: number
}

/**
 * Shares libuv's threads, on which all asynchronous cryptography runs, between tenants: first come, first served within a tenant,
 * each tenant in turn. Without it a P-256 signature waited a second behind four SLH-DSA ones.
 */
export interface KeyPool {
  /** A tenant's place in the pool. Cheap: ask for it when needed. */
  for(tenant: string): KeyTurns
}

/** Runs operations when it is their turn. */
export interface KeyTurns {
  /**
   * Runs `work` when it is its turn. Rejects with `KeyUnavailable` when too many wait, and with the signal's reason when it is
   * aborted while it waits; once it runs it runs to its end.
   */
  take<T>(cost: Cost, work: () => Promise<T>, signal?: AbortSignal): Promise<T>
}

/**
 * Limits for a process with so many libuv threads (`UV_THREADPOOL_SIZE`, 4 unless set). Slow work never has the last thread, and
 * no tenant has all that slow work may have, where there are enough to share.
 */
export function keyPoolLimits(threads: number): Readonly<Record<Cost, KeyPoolLimits>> {
  const slow = Math.max(1, threads - 1)
  return {
    quick: { atOnce: 16 * threads, perTenant: 12 * threads, waiting: 10_000 },
    heavy: { atOnce: threads, perTenant: Math.max(1, threads - 1), waiting: 2_000 },
    slow: { atOnce: slow, perTenant: Math.max(1, slow - 1), waiting: 100 },
  }
}

/** A pool; a process has one. */
export function keyPool(limits: Readonly<Record<Cost, KeyPoolLimits>> = keyPoolLimits(4)): KeyPool {
  const lanes = { quick: lane(limits.quick), heavy: lane(limits.heavy), slow: lane(limits.slow) }
  return {
    for: (tenant) => ({ take: (cost, work, signal) => lanes[cost](tenant, work, signal) }),
  }
}

/** What a signature by such a key costs. */
export function costOfSigning(keyType: KeyType): Cost {
  if (keyType.startsWith('slh-dsa-')) return 'slow'
  return keyType === 'ecdsa-p256' || keyType === 'ed25519' || keyType === 'rsa-2048' ? 'quick' : 'heavy'
}

/** What making such a key costs. */
export function costOfMaking(keyType: KeyType): Cost {
  if (keyType.startsWith('rsa-') || keyType.startsWith('slh-dsa-')) return 'slow'
  return keyType === 'ecdsa-p256' || keyType === 'ed25519' ? 'quick' : 'heavy'
}

function lane({ atOnce, perTenant, waiting }: KeyPoolLimits) {
  const tooMany = () => new KeyUnavailable(`${waiting} operations wait for this tenant's keys already`)
  return fairTurns({ atOnce, perOwner: perTenant, waiting }, tooMany)
}
