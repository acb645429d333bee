import { toTimestamp } from '@chancery/api'
import { decodeCertificate } from '@chancery/x509'
import type { PublicAnswer } from '../../platform/public-routes.ts'
import type { FoundCertificate } from './account-store.ts'
import type { Acme, Arrived } from './acme.ts'
import { AcmeProblem } from './acme-problem.ts'
import { certificateByCertId } from './cert-id.ts'

const HOUR = 3_600_000
/** How fast clients hear that they are to renew at once. */
const LOOK_AGAIN_SECONDS = 21_600

/**
 * When to renew a certificate, RFC 9773 §4: after two thirds of its life, over a twentieth of it, so that those that were issued together
 * are not renewed together; at once if it is revoked. For everybody, as certificates are. Of ACME's certificates alone.
 */
export async function renewalInfo({ params, own, address, at }: Arrived, { door, pace }: Acme): Promise<PublicAnswer> {
  pace.check('renewalInfo', address)
  const of = own && { tenant: own.tenant, authority: own.policy.authority }
  const found = await certificateByCertId(params['certificate'] ?? '', of, door)
  if (found?.acme === undefined || (own !== undefined && found.acme.policy !== own.policy.id))
    throw new AcmeProblem(
      'malformed',
      'There is no such certificate here: its name is the key identifier of its issuer and its serial number, both in base64url (RFC 9773 §4.1).',
      { status: 404 },
    )
  const { start, end } = windowOf(found, at)
  return {
    status: 200,
    mediaType: 'application/json',
    headers: { 'retry-after': String(LOOK_AGAIN_SECONDS), 'cache-control': 'public, max-age=300' },
    body: JSON.stringify({ suggestedWindow: { start: toTimestamp(start), end: toTimestamp(end) } }),
  }
}

/** The end is always after the start (RFC 9773 §4.2). */
function windowOf({ der, isRevoked }: FoundCertificate, now: number): { readonly start: number; readonly end: number } {
  if (isRevoked) return { start: now - 2 * HOUR, end: now - HOUR }
  const { notBefore, notAfter } = decodeCertificate(der)
  const life = Math.max(notAfter - notBefore, 1_000)
  const start = notBefore + Math.floor((life * 2) / 3)
  return { start, end: start + Math.max(1_000, Math.floor(life / 20)) }
}
