import type { ChallengeType } from '@chancery/pki'
import type {
  CaaQuestion,
  ChallengeToValidate,
  ChallengeValidation,
  ValidationResult,
} from '../challenge-validation.ts'
import { askedOnce } from './asked-once.ts'
import { checkCaa } from './caa.ts'
import { dns01 } from './dns-01.ts'
import { dnsPersist01 } from './dns-persist-01.ts'
import { http01 } from './http-01.ts'
import type { Looking } from './looking.ts'
import { tlsAlpn01 } from './tls-alpn-01.ts'
import { failed, failure, finalFailure, newTrace, type Trace } from './trace.ts'

type Method = (
  challenge: ChallengeToValidate,
  looking: Looking,
  trace: Trace,
  signal: AbortSignal,
) => Promise<ValidationResult>

const METHODS: Readonly<Record<ChallengeType, Method>> = {
  'http-01': http01,
  'dns-01': dns01,
  'tls-alpn-01': tlsAlpn01,
  'dns-persist-01': dnsPersist01,
}

/** Looks at challenges, and at CAA once they are fulfilled. */
export function challengeValidation(looking: Looking): ChallengeValidation {
  return {
    validate: async (challenge, signal) => {
      const trace = newTrace()
      const wrong = whyNotBy(challenge)
      if (wrong !== undefined) return failed(trace, finalFailure('rejectedIdentifier', wrong))
      const { identifier, wildcard, accountUri, type: method, settings } = challenge
      const asked = { what: `${method} for ${identifier.value}`, as: isByDns(method) ? 'dns' : 'connection' } as const
      const proved = await orStopped(METHODS[method](challenge, looking, trace, signal), asked, trace, signal)
      if (proved.result === 'failed') return proved
      const question = { identifier, wildcard, accountUri, method, identities: settings.caaIdentities }
      const allowed = await caa(question, looking, trace, signal)
      return allowed.result === 'failed' ? allowed : { ...proved, steps: allowed.steps }
    },
    newCaaCheck: () => {
      const dns = askedOnce(looking.dns)
      return (question, signal) => caa(question, { dns }, newTrace(), signal)
    },
    whyNever: looking.whyNeverReached,
  }
}

function caa(
  question: CaaQuestion,
  { dns }: Pick<Looking, 'dns'>,
  trace: Trace,
  signal: AbortSignal,
): Promise<ValidationResult> {
  const asked = { what: `CAA of ${question.identifier.value}`, as: 'dns' } as const
  return orStopped(checkCaa(question, dns, trace, signal), asked, trace, signal)
}

/** What no answer could prove: wildcards by anything but DNS; RFC 8738 §7 for addresses. */
function whyNotBy({ identifier, wildcard, type }: ChallengeToValidate): string | undefined {
  if (wildcard && !isByDns(type)) return `${type} does not prove a wildcard: use dns-01`
  if (identifier.type === 'ip' && isByDns(type)) return `${type} does not prove an address: use http-01 or tls-alpn-01`
  return undefined
}

function isByDns(type: ChallengeType): boolean {
  return type === 'dns-01' || type === 'dns-persist-01'
}

/** The answer, or a failure soon after the signal. What is still going on is bounded by its own time. */
async function orStopped(
  work: Promise<ValidationResult>,
  { what, as }: { readonly what: string; readonly as: 'connection' | 'dns' },
  trace: Trace,
  signal: AbortSignal,
): Promise<ValidationResult> {
  const startedAt = performance.now()
  const { promise, resolve } = Promise.withResolvers<ValidationResult>()
  const stop = () => {
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    resolve(failed(trace, failure(as, `${what}: there was no whole answer within ${seconds} seconds.`)))
  }
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', stop))
}
