import { Refusal } from '@chancery/pki'
import { CRL_REASON_NUMBERS, type CrlReason } from '@chancery/x509'
import { type Act, recordOf } from '../audit/audit-record.ts'
import type { RegisteredCertificate } from '../certificates/certificate-register.ts'
import type { RevocationLedger } from './revocation-ledger.ts'

/** Reasons that a person or program may give; removeFromCRL arises only in deltas (RFC 5280 §5.3.1). */
export const REVOCATION_REASONS = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aACompromise',
] as const satisfies readonly CrlReason[]
export type RevocationReason = (typeof REVOCATION_REASONS)[number]

export interface Revoke {
  readonly certificate: string
  readonly reason: RevocationReason
  /** When the key became unsafe, milliseconds; before the revocation (RFC 5280 §5.3.2). */
  readonly invalidityAt?: number
}

/**
 * Revokes a certificate; CRL, OCSP and notices hear of it by the outbox. A hold may become any reason, and any reason be sharpened
 * to keyCompromise. Throws `Refusal` 'malformed', 'not-found', 'conflict'.
 */
export async function revoke(
  { certificate, reason, invalidityAt }: Revoke,
  act: Act,
  ledger: RevocationLedger,
): Promise<RegisteredCertificate> {
  if (invalidityAt !== undefined && invalidityAt > act.at) {
    const detail = 'The invalidity date lies in the future. Give a moment that has passed.'
    throw new Refusal('malformed', detail, [{ field: '/invalidityDate', cites: 'RFC 5280 §5.3.2', detail }])
  }
  const revocation = {
    revokedAt: act.at,
    reason: CRL_REASON_NUMBERS[reason],
    ...(invalidityAt !== undefined && { invalidityAt }),
  }
  const record = recordOf(act, {
    action: 'certificate.revoke',
    object: { type: 'certificate', id: certificate },
    details: { reason },
  })
  return found(await ledger.revoke(certificate, revocation, record))
}

/** Ends a hold, the only revocation that ends. Throws `Refusal` 'not-found', 'conflict'. */
export async function unrevoke(
  certificate: string,
  act: Act,
  ledger: RevocationLedger,
): Promise<RegisteredCertificate> {
  const record = recordOf(act, { action: 'certificate.unrevoke', object: { type: 'certificate', id: certificate } })
  return found(await ledger.unrevoke(certificate, act.at, record))
}

function found(certificate: RegisteredCertificate | undefined): RegisteredCertificate {
  if (certificate === undefined) throw new Refusal('not-found', 'There is no such certificate.')
  return certificate
}
