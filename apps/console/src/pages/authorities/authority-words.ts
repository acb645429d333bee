import type { AuthorityStatus, Generation } from '../../api/operations.ts'
import type { BadgeTone } from '../../components/state-badge.tsx'

/** What a CA's status is called. */
export const STATUS_WORDS: Readonly<Record<AuthorityStatus, readonly [tone: BadgeTone, words: string]>> = {
  'awaiting-certificate': ['wait', 'Awaits its certificate'],
  active: ['good', 'Active'],
  archived: ['off', 'Archived'],
  deleted: ['off', 'Deleted'],
}

const DAY_MS = 86_400_000

/** Below this part of its life a certificate is due for renewal; and at the latest so many days before its end. */
const DUE = { part: 0.2, days: 30 }

/** How a service or certificate stands: a tone, and words that need no colour. */
export interface Standing {
  readonly tone: BadgeTone
  readonly words: string
}

/** How near the certificate of a CA is to its end. */
export function expiryStanding(
  { notBefore, notAfter }: { readonly notBefore: string; readonly notAfter: string },
  now: number,
): Standing {
  const left = Date.parse(notAfter) - now
  const whole = Date.parse(notAfter) - Date.parse(notBefore)
  if (left <= 0) return { tone: 'bad', words: 'Certificate expired' }
  if (left < Math.max(whole * DUE.part, DUE.days * DAY_MS)) return { tone: 'wait', words: 'Renew soon' }
  return { tone: 'good', words: 'Certificate valid' }
}

export function crlStanding({ services: { crl } }: Pick<Generation, 'services'>): Standing {
  if (crl === undefined) return { tone: 'off', words: 'No CRL yet' }
  return crl.overdue ? { tone: 'bad', words: 'CRL overdue' } : { tone: 'good', words: 'CRL current' }
}

export function ocspStanding({ services: { ocspResponder } }: Pick<Generation, 'services'>): Standing {
  if (ocspResponder === undefined) return { tone: 'off', words: 'No OCSP certificate yet' }
  return ocspResponder.overdue
    ? { tone: 'bad', words: 'OCSP certificate overdue' }
    : { tone: 'good', words: 'OCSP answers' }
}

/** The generation that issues now, or the one that waits to. */
export function currentGeneration(generations: readonly Generation[]): Generation | undefined {
  return generations.find(({ status }) => status === 'active') ?? generations[0]
}

/** The certificate that a generation issues by. */
export function activeCertificate(generation: Generation | undefined) {
  return generation?.certificates.find(({ active }) => active) ?? generation?.certificates[0]
}
