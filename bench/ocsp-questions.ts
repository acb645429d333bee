import { hash, randomBytes } from 'node:crypto'
import { decodeCertificate, decodePem, encodeOcspRequest, HASH_OIDS, makeCertId } from '@chancery/x509'

/** OCSP requests (DER) about these certificates (PEM), with SHA-1 CertIDs as most clients make them. */
export function ocspQuestions(
  certificates: readonly string[],
  issuerPem: string,
  withNonce: boolean,
): readonly Uint8Array[] {
  const issuer = certificateOf(issuerPem)
  const issuerNameHash = hash('sha1', issuer.subject.der, 'buffer')
  const issuerKeyHash = hash('sha1', issuer.publicKey.key, 'buffer')
  // Nonces repeat after some thousand requests, which no responder notices: it keeps none.
  const rounds = withNonce ? Math.ceil(3_000 / certificates.length) : 1
  return Array.from({ length: rounds }, () => certificates)
    .flat()
    .map((pem) => {
      const { serialNumber } = certificateOf(pem)
      const certId = makeCertId({ hashAlgorithm: HASH_OIDS.sha1, issuerNameHash, issuerKeyHash, serialNumber })
      return encodeOcspRequest({ requests: [{ certId }], ...(withNonce && { nonce: randomBytes(32) }) })
    })
}

function certificateOf(pem: string) {
  const [block] = decodePem(pem)
  if (block === undefined) throw new Error('no certificate')
  return decodeCertificate(block.der)
}
