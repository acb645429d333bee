import { Refusal } from '@chancery/pki'
import type { IdempotencyClaim } from '../audit/audit-record.ts'

/** What a key made before. The row is written in the transaction of the creation, through `Act.idempotency`. */
export type FindRepeated = (
  scope: string,
  key: string,
  now: number,
) => Promise<{ readonly bodyHash: Uint8Array; readonly object: { readonly id: string } } | undefined>

/** One call that makes something: how it is made, and how what the same call made before is shown. */
export interface Creation<T> {
  create(): Promise<T>
  present(id: string): Promise<T>
}

/**
 * Runs a creation once for each key. The same key with the same body gives what was made, with another body it is refused
 * ('idempotency-mismatch'), and while the first call still runs it is refused too ('conflict'): here, or in another process
 * whose row ours ran into. A creation that was refused has spent nothing; its key may be used again.
 */
export function onceByKey(find: FindRepeated) {
  const running = new Set<string>()

  return async <T>(claim: IdempotencyClaim, now: number, creation: Creation<T>): Promise<T> => {
    const place = `${claim.scope}\n${claim.key}`
    if (running.has(place)) throw stillRunning()
    running.add(place)
    try {
      const before = await find(claim.scope, claim.key, now)
      if (before !== undefined) return await repeat(claim, before, creation)
      return await create(claim, now, creation)
    } finally {
      running.delete(place)
    }
  }

  async function create<T>(claim: IdempotencyClaim, now: number, creation: Creation<T>): Promise<T> {
    try {
      return await creation.create()
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'conflict') throw error
      // Perhaps another process made it in the meantime and this conflict is its row.
      const meanwhile = await find(claim.scope, claim.key, now)
      if (meanwhile === undefined) throw error
      return await repeat(claim, meanwhile, creation)
    }
  }
}

async function repeat<T>(
  claim: IdempotencyClaim,
  before: { readonly bodyHash: Uint8Array; readonly object: { readonly id: string } },
  creation: Creation<T>,
): Promise<T> {
  if (Buffer.compare(before.bodyHash, claim.bodyHash) !== 0) {
    throw new Refusal(
      'idempotency-mismatch',
      'This Idempotency-Key came with another request before. Take a new key for a new request.',
    )
  }
  try {
    return await creation.present(before.object.id)
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not-found') {
      throw new Refusal(
        'gone',
        'What this Idempotency-Key made before is no longer there. Take a new key to make another.',
      )
    }
    throw error
  }
}

function stillRunning(): Refusal {
  return new Refusal('conflict', 'The first call with this Idempotency-Key is still running. Repeat it in a moment.')
}
