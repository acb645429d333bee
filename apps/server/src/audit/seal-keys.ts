import type { RetiredKey } from './audit-log.ts'
import { endorsementMessage } from './chain.ts'
import type { Finding } from './finding.ts'
import { type SealKey, signatureCheck } from './seal-key.ts'

/** The key that must have signed the seal of this number. */
export type KeyOfSeal = (
  number: number,
) => { readonly id: string; readonly check: ReturnType<typeof signatureCheck> } | undefined

/** How many master keys one installation had, at the most. */
const MOST_KEYS = 1_000

/**
 * The keys that signed seals. A former key counts because its successor signed its public key and the seal up to which it was the
 * key: so what was signed with a stolen key after its time is no seal, and the chain of successors ends with the key of now.
 */
export function keysOfSeals(
  current: SealKey,
  retired: readonly RetiredKey[],
): { readonly keyOf: KeyOfSeal; readonly findings: readonly Finding[] } {
  const findings: Finding[] = []
  const keys = [{ id: current.id, untilNumber: Number.POSITIVE_INFINITY, check: signatureCheck(current.publicKey) }]
  for (let newest = keys[0]; newest !== undefined && keys.length < MOST_KEYS; ) {
    const { id, check, untilNumber } = newest
    const before = retired.find((key) => key.successor === id && key.untilNumber <= untilNumber)
    if (before === undefined) break
    if (!check(endorsementMessage(before), before.endorsement)) {
      findings.push({
        kind: 'forged',
        message: `the former key ${before.id} is not endorsed by its successor: it was forged`,
      })
      break
    }
    newest = { id: before.id, untilNumber: before.untilNumber, check: signatureCheck(before.publicKey) }
    keys.push(newest)
  }
  const oldestFirst = keys.toReversed()
  return { findings, keyOf: (number) => oldestFirst.find(({ untilNumber }) => number <= untilNumber) }
}

/** What the key of now says of the one before it. */
export function endorse(retired: Omit<RetiredKey, 'endorsement' | 'successor'>, successor: SealKey): RetiredKey {
  const words = { ...retired, successor: successor.id }
  return { ...words, endorsement: successor.sign(endorsementMessage(words)) }
}
