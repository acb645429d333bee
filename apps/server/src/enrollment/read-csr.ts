import { verifySignature } from '@chancery/keys'
import { type CertificateRequest, Refusal, type SubjectAttribute } from '@chancery/pki'
import {
  attributeTypeName,
  type CertificationRequest,
  DerError,
  decodeCertificationRequest,
  decodePemOrDer,
  findExtension,
  type GeneralName,
  PemError,
  SubjectAltName,
  signatureAlgorithmOf,
} from '@chancery/x509'

/** Octets of a PKCS#10 at the most: an SLH-DSA signature and a hundred names fit well. */
const LARGEST_CSR = 256 * 1024

const LABELS = ['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST'] as const

/**
 * Reads a PKCS#10 (PEM or DER) and checks that its sender holds the private key. Throws `Refusal` 'bad-csr' that says what is wrong
 * with it, 'too-large'.
 */
export async function readCsr(input: string | Uint8Array): Promise<CertificateRequest> {
  if (input.length > LARGEST_CSR)
    throw new Refusal('too-large', `The certification request is larger than ${LARGEST_CSR} octets.`)
  const csr = decode(() => decodeCertificationRequest(decodePemOrDer(input, LABELS, LARGEST_CSR)))
  if (signatureAlgorithmOf(csr.signatureAlgorithm) === undefined) {
    throw badCsr(
      `It is signed by an algorithm that is not accepted (${csr.signatureAlgorithm.algorithm}). Sign it with SHA-256 or better, Ed25519, ML-DSA or SLH-DSA.`,
    )
  }
  if (!(await verifySignature(csr.publicKey, csr.signatureAlgorithm, csr.info, csr.signature))) {
    throw badCsr(
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

function decode<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof PemError) throw badCsr(`It is no PEM block "CERTIFICATE REQUEST": ${error.message}.`)
    if (error instanceof DerError) throw badCsr(`It is no PKCS#10 in DER: ${error.message}.`)
    throw error
  }
}

function badCsr(detail: string): Refusal {
  return new Refusal('bad-csr', `The certification request cannot be used. ${detail}`, [
    { field: '/csr', cites: 'RFC 2986 §4', detail },
  ])
}
