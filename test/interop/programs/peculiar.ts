import assert from 'node:assert/strict'
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { BasicOCSPResponse, id_pkix_ocsp_basic, OCSPResponse } from '@peculiar/asn1-ocsp'
import { AsnConvert } from '@peculiar/asn1-schema'
import {
  type AlgorithmIdentifier,
  AuthorityInfoAccessSyntax,
  AuthorityKeyIdentifier,
  BaseCRLNumber,
  BasicConstraints,
  Certificate,
  CertificateList,
  CertificatePolicies,
  CRLDistributionPoints,
  CRLNumber,
  CRLReason,
  ExtendedKeyUsage,
  type Extension,
  FreshestCRL,
  InvalidityDate,
  IssuingDistributionPoint,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_certificatePolicies,
  id_ce_cRLDistributionPoints,
  id_ce_cRLNumber,
  id_ce_cRLReasons,
  id_ce_deltaCRLIndicator,
  id_ce_extKeyUsage,
  id_ce_freshestCRL,
  id_ce_invalidityDate,
  id_ce_issuingDistributionPoint,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_pe_authorityInfoAccess,
  KeyUsage,
  NameConstraints,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
} from '@peculiar/asn1-x509'
import { X509Certificate, X509Crl } from '../../support/peculiar-x509.ts'

/** Something signed, as `@peculiar` took it apart: the exact octets that were signed, and the signature over them. */
interface Signed {
  readonly octets: ArrayBuffer | undefined
  readonly algorithm: AlgorithmIdentifier
  readonly signature: ArrayBuffer
}

/**
 * `@peculiar/x509` and `@peculiar/asn1-*` read a certificate, write it again octet for octet, and `node:crypto` verifies the
 * signature over the octets that were signed.
 */
export function rereadsCertificate(der: Uint8Array, issuer: KeyObject): X509Certificate {
  const certificate = AsnConvert.parse(der, Certificate)
  sameOctets(certificate, der)
  const {
    tbsCertificate,
    tbsCertificateRaw: octets,
    signatureAlgorithm: algorithm,
    signatureValue: signature,
  } = certificate
  rereadsExtensions(tbsCertificate.extensions)
  verifies({ octets, algorithm, signature }, issuer)
  const read = new X509Certificate(Uint8Array.from(der))
  sameHex(read.rawData, der)
  return read
}

/** The same for a CRL. */
export function rereadsCrl(der: Uint8Array, issuer: KeyObject): X509Crl {
  const list = AsnConvert.parse(der, CertificateList)
  sameOctets(list, der)
  const { tbsCertList, tbsCertListRaw: octets, signatureAlgorithm: algorithm, signature } = list
  rereadsExtensions(tbsCertList.crlExtensions)
  for (const entry of tbsCertList.revokedCertificates ?? []) rereadsExtensions(entry.crlEntryExtensions)
  verifies({ octets, algorithm, signature }, issuer)
  const read = new X509Crl(Uint8Array.from(der))
  sameHex(read.rawData, der)
  return read
}

/** The same for an OCSP answer and the certificate of the responder in it, which the issuer signed. */
export function rereadsOcspAnswer(der: Uint8Array, issuer: KeyObject): BasicOCSPResponse {
  const answer = AsnConvert.parse(der, OCSPResponse)
  sameOctets(answer, der)
  const { responseStatus, responseBytes } = answer
  assert.equal(Number(responseStatus), 0, 'the answer is an error')
  assert.equal(responseBytes?.responseType, id_pkix_ocsp_basic)
  const octetsOfAnswer = new Uint8Array(responseBytes.response.buffer)
  const basic = AsnConvert.parse(octetsOfAnswer, BasicOCSPResponse)
  sameOctets(basic, octetsOfAnswer)
  const [responder] = basic.certs ?? []
  assert.ok(responder, 'the answer carries the certificate of its responder')
  const { publicKey } = rereadsCertificate(new Uint8Array(AsnConvert.serialize(responder)), issuer)
  const { tbsResponseDataRaw: octets, signatureAlgorithm: algorithm, signature } = basic
  verifies({ octets, algorithm, signature }, keyOf(publicKey.rawData))
  return basic
}

const EXTENSIONS: Readonly<Record<string, new () => object>> = {
  [id_ce_authorityKeyIdentifier]: AuthorityKeyIdentifier,
  [id_ce_basicConstraints]: BasicConstraints,
  [id_ce_certificatePolicies]: CertificatePolicies,
  [id_ce_cRLDistributionPoints]: CRLDistributionPoints,
  [id_ce_cRLNumber]: CRLNumber,
  [id_ce_cRLReasons]: CRLReason,
  [id_ce_deltaCRLIndicator]: BaseCRLNumber,
  [id_ce_extKeyUsage]: ExtendedKeyUsage,
  [id_ce_freshestCRL]: FreshestCRL,
  [id_ce_invalidityDate]: InvalidityDate,
  [id_ce_issuingDistributionPoint]: IssuingDistributionPoint,
  [id_ce_keyUsage]: KeyUsage,
  [id_ce_nameConstraints]: NameConstraints,
  [id_ce_subjectAltName]: SubjectAlternativeName,
  [id_ce_subjectKeyIdentifier]: SubjectKeyIdentifier,
  [id_pe_authorityInfoAccess]: AuthorityInfoAccessSyntax,
  // id-pkix-ocsp-nocheck (RFC 6960 §4.2.2.2.1) is NULL, for which there is no class.
}
const OCSP_NO_CHECK = '1.3.6.1.5.5.7.48.1.5'

function rereadsExtensions(extensions: readonly Extension[] = []): void {
  for (const { extnID, extnValue } of extensions) {
    const octets = new Uint8Array(extnValue.buffer)
    if (extnID === OCSP_NO_CHECK) {
      sameHex(octets, Uint8Array.of(5, 0))
      continue
    }
    const type = EXTENSIONS[extnID]
    assert.ok(type, `no class for the extension ${extnID}`)
    sameOctets(AsnConvert.parse(octets, type), octets)
  }
}

/** What `node:crypto` needs to be told of the algorithms that have a hash, by object identifier; all others take none. */
const HASHES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
}
const RSASSA_PSS = '1.2.840.113549.1.1.10'

/** The hash that the parameters of RSASSA-PSS name: the end of its object identifier and the octets of its salt. */
const PSS_HASHES = [
  ['0609608648016503040201', 'sha256', 32],
  ['0609608648016503040202', 'sha384', 48],
  ['0609608648016503040203', 'sha512', 64],
] as const

function verifies({ octets, algorithm, signature }: Signed, key: KeyObject): void {
  assert.ok(octets, 'the octets that were signed are kept')
  const isGood = verify(
    hashOf(algorithm),
    new Uint8Array(octets),
    { key, ...paddingOf(algorithm) },
    new Uint8Array(signature),
  )
  assert.equal(isGood, true, `the signature by ${algorithm.algorithm} is wrong`)
}

function hashOf(algorithm: AlgorithmIdentifier): string | null {
  return HASHES[algorithm.algorithm] ?? pssOf(algorithm)?.[1] ?? null
}

function paddingOf(algorithm: AlgorithmIdentifier) {
  const pss = pssOf(algorithm)
  return pss && { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: pss[2] }
}

function pssOf({ algorithm, parameters }: AlgorithmIdentifier) {
  if (algorithm !== RSASSA_PSS) return undefined
  const hex = Buffer.from(parameters ?? new ArrayBuffer()).toString('hex')
  return PSS_HASHES.find(([oid]) => hex.includes(oid))
}

function keyOf(spki: ArrayBuffer): KeyObject {
  return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
}

function sameOctets(read: object, written: Uint8Array): void {
  sameHex(AsnConvert.serialize(read), written)
}

function sameHex(actual: ArrayBuffer | Uint8Array, expected: Uint8Array): void {
  assert.equal(Buffer.from(new Uint8Array(actual)).toString('hex'), Buffer.from(expected).toString('hex'))
}
