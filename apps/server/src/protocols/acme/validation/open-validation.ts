import { setTimeout } from 'node:timers/promises'
import type { AcmeSettings } from '../../../platform/acme-settings.ts'
import { guardedClient } from '../../../platform/guarded-client.ts'
import { guardedHandshake } from '../../../platform/guarded-handshake.ts'
import { type OutboundError, type OutboundRules, whyNeverReached } from '../../../platform/outbound-rules.ts'
import type { ChallengeValidation } from '../challenge-validation.ts'
import { dnsResolver } from './dns-resolver.ts'
import { challengeValidation } from './validate-challenge.ts'

/**
 * Looks at challenges over the network, as the operator set it. Ports of redirects are those of http and https, beside the ones that are
 * set.
 */
export function openValidation(
  { httpPort, tlsPort, resolvers }: AcmeSettings,
  rules: Pick<OutboundRules, 'allowedNetworks' | 'privateNetworks' | 'isOurs'>,
  tellOperator: (error: OutboundError) => void,
): ChallengeValidation {
  const dns = dnsResolver(resolvers)
  const outbound = { ...rules, lookup: dns.addresses, ports: [...new Set([80, 443, httpPort, tlsPort])] }
  return challengeValidation({
    dns,
    fetch: guardedClient(outbound),
    handshake: guardedHandshake(outbound),
    whyNeverReached: (address) => whyNeverReached(address, rules),
    httpPort,
    tlsPort,
    pause: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }).catch(() => {}),
    tellOperator,
  })
}
