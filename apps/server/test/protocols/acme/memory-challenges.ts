import type { ValidationError } from '../../../src/protocols/acme/challenge-validation.ts'
import type {
  ClaimedChallenge,
  PendingChallenges,
  ReadyChallenge,
} from '../../../src/protocols/acme/pending-challenges.ts'

interface Kept extends ClaimedChallenge {
  readonly status: 'pending' | 'processing' | 'valid' | 'invalid'
  readonly dueAt: number
  readonly leasedUntil: number
  /** When its authorization ends. */
  readonly expiresAt: number
  readonly error?: ValidationError
}

/** Pending challenges in memory, by the contract of the port. */
export class MemoryChallenges implements PendingChallenges {
  readonly kept = new Map<string, Kept>()

  /** Made for an order, and not more. */
  offer(challenge: ReadyChallenge, expiresAt = Number.POSITIVE_INFINITY): void {
    const { id, startedAt } = challenge
    const times = { dueAt: startedAt, leasedUntil: 0, expiresAt }
    this.kept.set(id, { ...challenge, ...times, claim: 0, attempts: 0, status: 'pending' })
  }

  /** The client says that it is ready. */
  begin(challenge: ReadyChallenge, expiresAt?: number): void {
    this.offer(challenge, expiresAt)
    this.#change(challenge.id, { status: 'processing' })
  }

  async hold({ id, startedAt, ...ready }: ReadyChallenge, leaseMs: number): Promise<ClaimedChallenge | undefined> {
    const found = this.kept.get(id)
    if (found?.status !== 'pending' || found.expiresAt <= startedAt) return undefined
    this.#change(id, { status: 'processing', leasedUntil: startedAt + leaseMs, claim: 1, attempts: 1 })
    return { ...ready, id, startedAt, claim: 1, attempts: 1 }
  }

  async claim(now: number, leaseMs: number, limit: number): Promise<readonly ClaimedChallenge[]> {
    const found = [...this.kept.values()]
      .filter(({ status, dueAt, leasedUntil }) => status === 'processing' && dueAt <= now && leasedUntil <= now)
      .sort((a, b) => a.dueAt - b.dueAt)
      .slice(0, limit)
    for (const { id, expiresAt } of found) if (expiresAt <= now) this.#change(id, { status: 'invalid' })
    const due = found
      .filter(({ expiresAt }) => expiresAt > now)
      .map((found) => ({
        ...found,
        claim: found.claim + 1,
        attempts: found.attempts + 1,
        leasedUntil: now + leaseMs,
      }))
    for (const claimed of due) this.kept.set(claimed.id, claimed)
    return due
  }

  async settle(claimed: ClaimedChallenge, outcome: Parameters<PendingChallenges['settle']>[1]): Promise<boolean> {
    const found = this.#held(claimed)
    if (found === undefined || found.expiresAt <= outcome.at) return false
    const error = outcome.result === 'invalid' ? { error: outcome.error } : {}
    this.kept.set(found.id, { ...found, ...error, status: outcome.result })
    return true
  }

  async retry(claimed: ClaimedChallenge, dueAt: number, error: ValidationError): Promise<boolean> {
    const found = this.#held(claimed)
    const { attempts } = claimed
    if (found === undefined || found.expiresAt <= dueAt) return false
    this.#change(found.id, { status: 'processing', dueAt, leasedUntil: 0, attempts, error })
    return true
  }

  async nextDueAt(): Promise<number | undefined> {
    const due = [...this.kept.values()]
      .filter(({ status }) => status === 'processing')
      .map(({ dueAt, leasedUntil }) => Math.max(dueAt, leasedUntil))
    return due.length === 0 ? undefined : Math.min(...due)
  }

  #held({ id, claim }: ClaimedChallenge): Kept | undefined {
    const found = this.kept.get(id)
    const isOpen = found?.status === 'pending' || found?.status === 'processing'
    return isOpen && found.claim === claim ? found : undefined
  }

  #change(id: string, change: Partial<Kept>): void {
    const found = this.kept.get(id)
    if (found !== undefined) this.kept.set(id, { ...found, ...change })
  }
}

/** The client is ready for an http-01 challenge of this host name, which becomes its id too. */
export function beginSample(challenges: MemoryChallenges, name: string, startedAt: number, expiresAt?: number): string {
  challenges.begin(sampleReady(name, startedAt), expiresAt)
  return name
}

/** An http-01 challenge of this host name, which is its id too. */
export function sampleReady(name: string, startedAt: number): ReadyChallenge {
  return {
    id: name,
    tenant: 'a tenant',
    policy: 'a policy',
    account: 'an account',
    authorization: `authorization of ${name}`,
    order: 'an order',
    startedAt,
    challenge: {
      identifier: { type: 'dns', value: name },
      wildcard: false,
      type: 'http-01',
      token: 'token',
      keyAuthorization: 'token.thumbprint',
      thumbprint: 'thumbprint',
      settings: { caaIdentities: [], homeLabNames: false },
    },
  }
}
