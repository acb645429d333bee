import assert from 'node:assert/strict'
import { mutateDer } from '../../../../test/support/mutate-der.ts'
import { seededRandom } from '../../../../test/support/seeded-random.ts'
import {
  AlgorithmIdentifier,
  algorithmIdentifier,
  berToDer,
  CBC_CIPHERS,
  CbcIv,
  type Codec,
  DerError,
  decodeAuthenticatedSafe,
  decodeCertificate,
  decodeCertificateList,
  decodeCertificationRequest,
  decodeCmsCertificates,
  decodeOcspRequest,
  decodeOcspResponse,
  decodePfx,
  decodeSafeContents,
  describeCertificate,
  describePublicKey,
  describeRequest,
  EcPrivateKey,
  EncryptedPrivateKeyInfo,
  type Extension,
  Extensions,
  encodeCmsCertificates,
  encodeTbsCertificate,
  extensionNamed,
  HMAC_OIDS,
  keyTypeOf,
  makeAlgorithmIdentifier,
  type Name,
  namesMatch,
  nameToString,
  PASSWORD_ALGORITHMS,
  Pbes2Params,
  Pbkdf2Params,
  PrivateKeyInfo,
  type PublicKey,
  parseNameString,
  pkcs8OfPkcs1,
  pkcs8OfSec1,
  privateKeyForm,
  RsaPrivateKey,
  serialFromHex,
  serialToHex,
  signatureAlgorithmOf,
} from '../../src/index.ts'
import { EXTENSIONS, FULL_CERTIFICATE, FULL_CRL, FULL_REQUEST, OCSP_REQUEST, OCSP_RESPONSE } from './fuzz-samples.ts'
import { SAMPLE_CERTIFICATE } from './sample-certificate.ts'

/** Something that reads bytes of strangers. */
interface FuzzTarget {
  readonly sample: Uint8Array
  /** Reads them and asks all that is ever asked of what was read. Throws `DerError` or nothing. */
  readonly read: (der: Uint8Array) => void
}

/**
 * Gives changed samples to every decoder, `rounds` to each. Whatever comes out but a value or a `DerError`, and whatever takes long,
 * fails, with the bytes in the message. Returns how many were read and how many refused, for each target.
 */
export function fuzz(seed: number, rounds: number): ReadonlyMap<string, { read: number; refused: number }> {
  const random = seededRandom(seed)
  const donors = [FULL_CERTIFICATE, FULL_REQUEST, FULL_CRL, OCSP_REQUEST, OCSP_RESPONSE, pkcs12]
  const results = new Map<string, { read: number; refused: number }>()
  for (const [name, { sample, read }] of Object.entries(TARGETS)) {
    const result = { read: 0, refused: 0 }
    results.set(name, result)
    for (let round = 0; round < rounds; round++) {
      const changed = mutateDer(sample, random, donors)
      const before = process.threadCpuUsage()
      if (isRead(name, read, changed)) result.read++
      else result.refused++
      // Of this thread's processor, in microseconds: a machine that is busy elsewhere does not count.
      assert.ok(process.threadCpuUsage(before).user < SLOW, `${name} is slow to read ${changed.toHex()}`)
    }
  }
  return results
}

const SLOW = 1_000_000

function isRead(name: string, read: FuzzTarget['read'], der: Uint8Array): boolean {
  try {
    read(der)
    return true
  } catch (error) {
    if (error instanceof DerError) return false
    throw new Error(`${name}, given ${der.toHex()}`, { cause: error })
  }
}

const octets = (length: number) => new Uint8Array(length).fill(5)
const salt = { kind: 'specified', value: octets(8) } as const
const algorithm = makeAlgorithmIdentifier(
  PASSWORD_ALGORITHMS.pbes2,
  Pbes2Params.encode({
    keyDerivationFunc: makeAlgorithmIdentifier(
      PASSWORD_ALGORITHMS.pbkdf2,
      Pbkdf2Params.encode({ salt, iterationCount: 2, prf: makeAlgorithmIdentifier(HMAC_OIDS.sha256) }),
    ),
    encryptionScheme: makeAlgorithmIdentifier(CBC_CIPHERS['aes-256-cbc'], CbcIv.encode(octets(16))),
  }),
)
const encrypted = EncryptedPrivateKeyInfo.encode({ algorithm, encryptedData: octets(32) })
const ecKey = EcPrivateKey.encode({
  version: 1,
  privateKey: octets(32),
  parameters: Uint8Array.fromHex('06082a8648ce3d030107'),
  publicKey: octets(65),
})
const rsaKey = RsaPrivateKey.encode({
  version: 0,
  modulus: 77n,
  publicExponent: 65537n,
  privateExponent: 5n,
  prime1: 7n,
  prime2: 11n,
  exponent1: 5n,
  exponent2: 5n,
  coefficient: 2n,
})
/** SafeContents with an encrypted key and a certificate, in a ContentInfo, in an AuthenticatedSafe, in a PFX with a MAC. */
const bag = (id: string, value: Uint8Array) => tlv(0x30, oid(`2a864886f70d010c0a01${id}`), tlv(0xa0, value))
const certBag = tlv(0x30, oid('2a864886f70d01091601'), tlv(0xa0, tlv(0x04, SAMPLE_CERTIFICATE)))
const safeContents = tlv(0x30, bag('02', encrypted), bag('03', certBag))
const dataContent = (data: Uint8Array) => tlv(0x30, oid('2a864886f70d010701'), tlv(0xa0, tlv(0x04, data)))
const authenticatedSafe = tlv(0x30, dataContent(safeContents))
const mac = tlv(0x30, tlv(0x30, tlv(0x30, oid('2b0e03021a'), tlv(0x05)), tlv(0x04, octets(20))), tlv(0x04, octets(8)))
const pkcs12 = tlv(0x30, tlv(0x02, Uint8Array.of(3)), dataContent(authenticatedSafe), mac)

const TARGETS: Readonly<Record<string, FuzzTarget>> = {
  certificate: { sample: FULL_CERTIFICATE, read: readCertificate },
  'certification request': {
    sample: FULL_REQUEST,
    read: (der) => {
      const request = decodeCertificationRequest(der)
      JSON.stringify(describeRequest(request))
      readKey(request.publicKey)
      readName(request.subject)
    },
  },
  extensions: {
    sample: Extensions.encode(EXTENSIONS),
    read: (der) => {
      for (const extension of Extensions.decode(der)) readExtension(extension)
    },
  },
  CRL: {
    sample: FULL_CRL,
    read: (der) => {
      const list = decodeCertificateList(der)
      for (const { serialNumber, extensions } of list.entries) {
        serialFromHex(serialToHex(serialNumber))
        for (const extension of extensions) readExtension(extension)
      }
      for (const extension of list.extensions) readExtension(extension)
    },
  },
  'OCSP request': { sample: OCSP_REQUEST, read: (der) => void decodeOcspRequest(der) },
  'OCSP response': { sample: OCSP_RESPONSE, read: (der) => void decodeOcspResponse(der) },
  'certs-only message': {
    sample: encodeCmsCertificates({ certificates: [SAMPLE_CERTIFICATE], crls: [FULL_CRL] }),
    read: (der) => void decodeCmsCertificates(berToDer(der)),
  },
  'signature algorithm': {
    sample: algorithmIdentifier('rsa-pss-sha384').der,
    read: (der) => void signatureAlgorithmOf(AlgorithmIdentifier.decode(der)),
  },
  'private key': {
    sample: pkcs8OfSec1(ecKey),
    read: (der) => void [privateKeyForm(der), PrivateKeyInfo.decode(berToDer(der))],
  },
  'SEC1 key': { sample: ecKey, read: (der) => void pkcs8OfSec1(der) },
  'PKCS#1 key': { sample: rsaKey, read: (der) => void pkcs8OfPkcs1(der) },
  'encrypted key': {
    sample: encrypted,
    read: (der) => {
      const { parameters = new Uint8Array() } = EncryptedPrivateKeyInfo.decode(der).algorithm
      const { keyDerivationFunc } = Pbes2Params.decode(parameters)
      Pbkdf2Params.decode(keyDerivationFunc.parameters ?? new Uint8Array())
    },
  },
  'PKCS#12 file': {
    sample: pkcs12,
    read: (der) => {
      const parts = decodeAuthenticatedSafe(decodePfx(der).authSafe)
      for (const part of parts) if (part.type === 'plain') decodeSafeContents(part.safeContents)
    },
  },
}

function readCertificate(der: Uint8Array): void {
  const certificate = decodeCertificate(der)
  JSON.stringify(describeCertificate(certificate))
  readKey(certificate.publicKey)
  readName(certificate.subject)
  namesMatch(certificate.subject, certificate.issuer)
  for (const extension of certificate.extensions) readExtension(extension)
  if (isWrittenOtherwise(certificate.tbs)) return
  assert.equal(encodeTbsCertificate(certificate).toHex(), certificate.tbs.toHex())
}

/** Versions without extensions, unique identifiers, and times before 2050 as GeneralizedTime are read, never written. */
function isWrittenOtherwise(tbs: Uint8Array): boolean {
  const hex = tbs.toHex()
  return hex.includes('180f') || /8[12]/.test(hex) || decodeCertificateVersion(tbs) !== 2
}

function decodeCertificateVersion(tbs: Uint8Array): number {
  const at = tbs.findIndex((octet, index) => index > 1 && octet === 0xa0)
  return tbs[at + 4] ?? 0
}

function readKey(key: PublicKey): void {
  try {
    describePublicKey(key)
    keyTypeOf(key)
  } catch (error) {
    if (!(error instanceof DerError)) throw error
  }
}

/** A name as text means the same when it is read again. */
function readName(name: Name): void {
  const text = nameToString(name)
  if (text.length < 10_000) assert.equal(parseNameString(text).length, name.rdns.length, text)
}

/** What passes has one encoding: what was read is written with the same octets. */
function readExtension({ id, value }: Extension): void {
  const codec: Codec<unknown> | undefined = extensionNamed(id)?.codec
  if (codec === undefined) return
  let decoded: unknown
  try {
    decoded = codec.decode(value)
  } catch (error) {
    if (error instanceof DerError) return
    throw error
  }
  const written = codec.encode(decoded)
  if (HOLDS_FREE_TEXT.has(id)) assert.deepEqual(codec.decode(written), decoded, value.toHex())
  else assert.equal(written.toHex(), value.toHex(), id)
}

/** Texts of notices and of names relative to an issuer are read in eight string types and written in one. */
const HOLDS_FREE_TEXT = new Set(['2.5.29.28', '2.5.29.31', '2.5.29.32', '2.5.29.46'])

function oid(hex: string): Uint8Array {
  return tlv(0x06, Uint8Array.fromHex(hex))
}

function tlv(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, part) => sum + part.length, 0)
  const header = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff]
  if (length >= 0x80 && length < 0x100) header.splice(1, 2, 0x81)
  return Uint8Array.from([...header, ...contents.flatMap((part) => [...part])])
}
