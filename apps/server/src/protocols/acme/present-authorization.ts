import { toTimestamp } from '@chancery/api'
import type { AcmePolicy } from '../../acme-policies/acme-policy.ts'
import type { Account } from './account-store.ts'
import { accountUrl } from './addresses.ts'
import type { Authorization, Challenge } from './authorization-store.ts'
import { authorizationNow } from './order-status.ts'

/** What presenting needs to know beside the thing itself. */
export interface Shown {
  readonly base: string
  readonly url: string
  readonly account: Account
  readonly policy: AcmePolicy
  readonly now: number
}

/** An authorization as its client sees it, RFC 8555 §7.1.4; the identifier without its wildcard. */
export function presentAuthorization(authorization: Authorization, shown: Shown): object {
  const { identifier, expiresAt, challenges } = authorization
  const { type, value, wildcard } = identifier
  return {
    status: authorizationNow(authorization, shown.now),
    expires: toTimestamp(expiresAt),
    identifier: { type, value },
    ...(wildcard && { wildcard }),
    challenges: challenges.map((challenge) => presentChallenge(challenge, shown)),
  }
}

/** A challenge as its client sees it, RFC 8555 §8, draft-ietf-acme-dns-persist §3. */
export function presentChallenge(challenge: Challenge, { base, url, account, policy }: Shown): object {
  const { id, type, token, status, validatedAt, error } = challenge
  return {
    type,
    url: `${base}/challenge/${id}`,
    status,
    ...(validatedAt !== undefined && { validated: toTimestamp(validatedAt) }),
    ...(error !== undefined && { error }),
    ...(type === 'dns-persist-01'
      ? {
          accounturi: accountUrl(url, account.id, account.directory),
          'issuer-domain-names': policy.settings.caaIdentities,
        }
      : { token }),
  }
}
