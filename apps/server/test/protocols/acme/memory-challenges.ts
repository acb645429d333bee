import type { ValidationError } from '../../../src/protocols/acme/challenge-validation.ts'
import type { ClaimedChallenge, PendingChallenges } from '../../../src/protocols/acme/pending-challenges.ts'

interface Kept extends ClaimedChallenge {
  readonly status: 'processing' | 'valid' | 'invalid'
  readonly dueAt: number
  readonly leasedUntil: number
  readonly error?: ValidationError
}

/** Pending challenges in memory, by the contract of the port. */
export class MemoryChallenges implements PendingChallenges {
  readonly kept = new Map<string, Kept>()

  /** The client says that it is ready. */
  begin(challenge: Omit<ClaimedChallenge, 'claim' | 'attempts'>): void {
    const { id, startedAt } = challenge
    this.kept.set(id, { ...challenge, claim: 0, attempts: 0, status: 'processing', dueAt: startedAt, leasedUntil: 0 })
  }

  async claim(now: number, leaseMs: number, limit: number): Promise<readonly ClaimedChallenge[]> {
    const due = [...this.kept.values()]
      .filter(({ status, dueAt, leasedUntil }) => status === 'processing' && dueAt <= now && leasedUntil <= now)
      .sort((a, b) => a.dueAt - b.dueAt)
      .slice(0, limit)
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
    if (found === undefined) return false
    const error = outcome.result === 'invalid' ? { error: outcome.error } : {}
    this.kept.set(found.id, { ...found, ...error, status: outcome.result })
    return true
  }

  async retry(claimed: ClaimedChallenge, dueAt: number, error: ValidationError): Promise<void> {
    const found = this.#held(claimed)
    if (found !== undefined) this.kept.set(found.id, { ...found, dueAt, leasedUntil: 0, error })
  }

  async nextDueAt(): Promise<number | undefined> {
    const due = [...this.kept.values()]
      .filter(({ status }) => status === 'processing')
      .map(({ dueAt, leasedUntil }) => Math.max(dueAt, leasedUntil))
    return due.length === 0 ? undefined : Math.min(...due)
  }

  #held({ id, claim }: ClaimedChallenge): Kept | undefined {
    const found = this.kept.get(id)
    return found?.status === 'processing' && found.claim === claim ? found : undefined
  }
}

/** The client is ready for an http-01 challenge of this host name, which becomes its id too. */
export function beginSample(challenges: MemoryChallenges, name: string, startedAt: number): string {
  challenges.begin({
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
  })
  return name
}
