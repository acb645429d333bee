import type { Evidence, Grant, Issuer } from '@chancery/pki'
import { Refusal } from '@chancery/pki'
import { checkMayIssue, type OpenIssuer } from '../issuers/issuers.ts'
import type { Issuance } from './issue-certificate.ts'

/**
 * Who signs: the newest generation of the CA, or for the certificate of a service the generation that it serves, in whatever state:
 * revoked and archived CAs go on answering. Throws `Refusal` 'issuer-inactive', 'not-found'.
 */
export async function issuerFor(
  { authority, evidence }: Grant,
  { issuers, now }: Issuance,
): Promise<OpenIssuer & { readonly issuer: Issuer }> {
  const generation = servedBy(evidence)
  return generation === undefined
    ? issuers.active(authority)
    : checkMayFulfil(await issuers.generation(generation), evidence, now())
}

/** Whether the issuer still signs what it was going to. Throws `Refusal` 'issuer-inactive'. */
export function checkMayFulfil(
  open: OpenIssuer,
  evidence: Evidence,
  now: number,
): OpenIssuer & { readonly issuer: Issuer } {
  const { issuer } = open
  if (servedBy(evidence) === undefined) return checkMayIssue(open, now)
  if (issuer === undefined) throw new Refusal('issuer-inactive', 'A CA that awaits its certificate has no services.')
  return { ...open, issuer }
}

function servedBy(evidence: Evidence): string | undefined {
  return evidence.by === 'system' && evidence.purpose !== 'intermediate-ca' ? evidence.generation : undefined
}
