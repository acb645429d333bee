import { keyIdentifier } from '@chancery/keys'
import type { Issuer, IssuerAddresses } from '@chancery/pki'
import { type Certificate, findExtension, SubjectKeyIdentifier } from '@chancery/x509'
import type { StoredIssuer } from './issuer-store.ts'
import { usualAlgorithm } from './usual-algorithm.ts'

/**
 * The CA as a draft sees it. The key identifier is copied from the CA's certificate, for others may have computed it otherwise;
 * only a certificate without one gets ours.
 */
export function issuerView(
  { authority, generation }: StoredIssuer,
  certificate: Certificate,
  chain: readonly Certificate[],
  addresses: IssuerAddresses,
): Issuer {
  return {
    authority: authority.id,
    generation: generation.id,
    certificate,
    subject: certificate.subject,
    keyIdentifier: findExtension(certificate.extensions, SubjectKeyIdentifier) ?? keyIdentifier(certificate.publicKey),
    keyType: generation.keyType,
    signatureAlgorithm: usualAlgorithm(generation),
    chain: [certificate, ...chain],
    addresses,
  }
}
