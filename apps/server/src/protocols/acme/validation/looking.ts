import type { OutboundLimits, TracedAnswer } from '../../../platform/guarded-client.ts'
import type { GuardedHandshake } from '../../../platform/guarded-handshake.ts'
import type { OutboundError } from '../../../platform/outbound-rules.ts'
import type { DnsResolver } from './dns-resolver.ts'

/** What a look at a challenge is made with: ways out that keep the rules of outbound requests, and a resolver. */
export interface Looking {
  readonly dns: DnsResolver
  readonly fetch: (url: string, limits: OutboundLimits) => Promise<TracedAnswer>
  readonly handshake: GuardedHandshake
  /** Why these two connect to an address at no port; nothing when they may. */
  readonly whyNeverReached: (address: string) => Promise<string | undefined>
  /** 80 and 443 but in tests (RFC 8555 §8.3, RFC 8737 §3). */
  readonly httpPort: number
  readonly tlsPort: number
  /** Resolves after so many milliseconds, or once aborted. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>
  /** Tells the operator, and nobody else, why a host that a redirect led to was not fetched. */
  readonly tellOperator: (error: OutboundError) => void
}
