import { verifySignature } from '@chancery/keys'
import { type CertificateRequest, Refusal, type SubjectAttribute } from '@chancery/pki'
import {
  algorithmInWords,
  attributeTypeName,
  type CertificationRequest,
  DerError,
  decodeCertificationRequest,
  decodePemOrDer,
  describePublicKey,
  findExtension,
  type GeneralName,
  PemError,
  type PublicKey,
  SIGNATURE_OIDS,
  SubjectAltName,
  signatureAlgorithmOf,
} from '@chancery/x509'

/** Octets of a PKCS#10 at the most: an SLH-DSA signature and a hundred names fit well. */
const LARGEST_CSR = 256 * 1024

const LABELS = ['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST'] as const

/**
 * Reads a PKCS#10 (PEM or DER) and checks that its sender holds the private key. Throws `Refusal` 'bad-csr' that says what is wrong
 * with it, 'bad-key' for a key whose signature cannot be checked, 'too-large'.
 */
export async function readCsr(input: string | Uint8Array): Promise<CertificateRequest> {
  if (input.length > LARGEST_CSR)
    throw new Refusal('too-large', `The certification request is larger than ${LARGEST_CSR} octets.`)
  const csr = decode(() => decodeCertificationRequest(decodePemOrDer(input, LABELS, LARGEST_CSR)))
  refuseStrangeKey(csr.publicKey)
  refuseStrangeSignature(csr)
  if (!(await verifySignature(csr.publicKey, csr.signatureAlgorithm, csr.info, csr.signature))) {
    throw badCsr(
      SIGNED,
      'Its signature is not by the private key of the public key in it. Make the request anew with the right key.',
    )
  }
  return requestOf(csr)
}

/** What a PKCS#10 whose signature was checked before asks for. */
export function rereadCsr(der: Uint8Array): CertificateRequest {
  return requestOf(decode(() => decodeCertificationRequest(der)))
}

function requestOf(csr: CertificationRequest): CertificateRequest {
  return {
    publicKey: csr.publicKey,
    subject: csr.subject.rdns
      .flat()
      .map(({ type, value }): SubjectAttribute => ({ type: attributeTypeName(type), value })),
    subjectAltNames: decode((): readonly GeneralName[] => findExtension(csr.requestedExtensions, SubjectAltName) ?? []),
    extensions: csr.requestedExtensions.filter(({ id }) => id !== SubjectAltName.id),
    csr: csr.der,
  }
}

/** Says what is wrong with a key that makes no signature we could check, before its signature is called a false one. */
function refuseStrangeKey(publicKey: PublicKey): void {
  const detail = strangenessOf(publicKey)
  if (detail === undefined) return
  const advice = 'Make a key of RSA (rsaEncryption), ECDSA, Ed25519, ML-DSA or SLH-DSA, and a new request with it.'
  throw new Refusal('bad-key', `The certification request cannot be used. ${detail} ${advice}`, [
    { field: '/csr', rule: KNOWN_KEY, cites: 'RFC 5280 §4.1.2.7', detail: `${detail} ${advice}` },
  ])
}

function strangenessOf(publicKey: PublicKey): string | undefined {
  try {
    const key = describePublicKey(publicKey)
    if (key.family !== 'unknown') return undefined
    return `The key in it is of an algorithm that is not taken here: ${algorithmInWords(key.algorithm)}.`
  } catch (error) {
    if (error instanceof DerError) return `The key in it cannot be read: ${error.message}.`
    throw error
  }
}

function refuseStrangeSignature({ signatureAlgorithm }: CertificationRequest): void {
  if (signatureAlgorithmOf(signatureAlgorithm) !== undefined) return
  const { algorithm } = signatureAlgorithm
  if (algorithm !== SIGNATURE_OIDS['rsa-pss-sha256'] && Object.values(SIGNATURE_OIDS).includes(algorithm))
    throw badCsr(
      ACCEPTED,
      `It is signed by ${algorithmInWords(algorithm)} with parameters that this algorithm does not have. Make the request anew, by another program.`,
    )
  throw badCsr(
    ACCEPTED,
    algorithm === SIGNATURE_OIDS['rsa-pss-sha256']
      ? 'It is signed by RSASSA-PSS with parameters that are not accepted. Use SHA-256, SHA-384 or SHA-512 for the message and the mask alike, and a salt as long as the digest (OpenSSL: -sigopt rsa_pss_saltlen:digest).'
      : `It is signed by an algorithm that is not accepted: ${algorithmInWords(algorithm)}. Sign it with SHA-256, SHA-384 or SHA-512.`,
  )
}

function decode<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof PemError) throw badCsr(PKCS10, `It is no PEM block "CERTIFICATE REQUEST": ${error.message}.`)
    if (error instanceof DerError) throw badCsr(PKCS10, `It is no PKCS#10 in DER: ${error.message}. Make it anew.`)
    throw error
  }
}

const PKCS10 = 'A certification request is PKCS#10 in DER, or in PEM.'
const SIGNED = 'A certification request is signed by the private key of the public key in it.'
const ACCEPTED = 'A certification request is signed by an algorithm that certificates may have, with SHA-256 or better.'
const KNOWN_KEY = 'The public key is of a known algorithm and encoded as that algorithm says.'

function badCsr(rule: string, detail: string): Refusal {
  return new Refusal('bad-csr', `The certification request cannot be used. ${detail}`, [
    { field: '/csr', rule, cites: 'RFC 2986 §4', detail },
  ])
}
