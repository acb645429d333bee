import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import {
  assembleSigned,
  type Certificate,
  decodeCertificate,
  type KeyType,
  PublicKey,
  type SignatureAlgorithm,
} from '@chancery/x509'
import {
  type CertificateRequest,
  CLOSED_ENROLLMENT,
  type Draft,
  encodeDraft,
  fillRoot,
  fillTemplate,
  type Issuer,
  type IssuerAddresses,
  lintDraft,
  type Profile,
  type Root,
  STARTERS,
  type Template,
  type TemplateId,
} from '../src/index.ts'

/** Chance and time as tests have them, and CAs that sign by node:crypto: what this package leaves to its callers. */

export const NOW = Date.UTC(2026, 5, 1, 12, 0, 0)
export const DAY = 86_400_000
export const ADDRESSES: IssuerAddresses = {
  crl: 'http://pki.example.com/crl/1.crl',
  ocsp: 'http://pki.example.com/ocsp/1',
  aia: 'http://pki.example.com/aia/1.cer',
  cps: 'http://pki.example.com/cps/1',
}

export interface Key {
  readonly keyType: KeyType
  readonly privateKey: KeyObject
  readonly publicKey: PublicKey
  readonly keyIdentifier: Uint8Array
}

/** Keys of a type are made once: tests judge certificates, not keys. */
export function keyOf(keyType: KeyType, which = 0): Key {
  const name = `${keyType} ${which}`
  const key = keys.get(name) ?? makeKey(keyType)
  keys.set(name, key)
  return key
}
const keys = new Map<string, Key>()

function makeKey(keyType: KeyType): Key {
  const { privateKey, publicKey } = generate(keyType)
  return { keyType, privateKey, ...publicParts(publicKey.export({ type: 'spki', format: 'der' })) }
}

export function publicParts(spki: Uint8Array): Pick<Key, 'publicKey' | 'keyIdentifier'> {
  const publicKey = PublicKey.decode(Uint8Array.from(spki))
  return { publicKey, keyIdentifier: keyIdentifierOf(publicKey) }
}

function keyIdentifierOf({ key }: PublicKey): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(key).digest().subarray(0, 20))
}

function generate(keyType: KeyType): { privateKey: KeyObject; publicKey: KeyObject } {
  const [family, size] = keyType.split('-')
  if (family === 'rsa') return generateKeyPairSync('rsa', { modulusLength: Number(size) })
  if (family === 'ecdsa') return generateKeyPairSync('ec', { namedCurve: size?.replace('p', 'P-') ?? '' })
  if (keyType === 'ed25519') return generateKeyPairSync('ed25519')
  if (keyType === 'ml-dsa-44') return generateKeyPairSync('ml-dsa-44')
  if (keyType === 'slh-dsa-sha2-128f') return generateKeyPairSync('slh-dsa-sha2-128f')
  throw new Error(`no ${keyType} in these tests`)
}

let serials = 0
/** A serial number of 128 bits, another at each call. */
export function nextSerial(): bigint {
  serials += 1
  return (0x6dn << 120n) | (BigInt(serials) << 64n) | 0x1234567890abcdefn
}

/** Signs what a draft says, and reads the certificate. */
export function certify(draft: Draft, signer: Key): Certificate {
  const { tbs } = encodeDraft(draft)
  const signature = Uint8Array.from(sign(hashOf(draft.algorithm), tbs, signer.privateKey))
  return decodeCertificate(assembleSigned(tbs, draft.signatureAlgorithm, signature))
}

function hashOf(algorithm: SignatureAlgorithm): string | null {
  return /sha\d+$/.exec(algorithm)?.[0] ?? null
}

/** A CA and what it has been asked to be. */
export interface Ca {
  readonly key: Key
  readonly issuer: Issuer
}

export function rootCa(options: Partial<Root> = {}, key = keyOf('ecdsa-p256', 1000)): Ca {
  const draft = fillRoot({
    subject: [{ type: 'commonName', value: 'Test Root' }],
    publicKey: key.publicKey,
    serialNumber: nextSerial(),
    keyIdentifier: key.keyIdentifier,
    now: NOW - DAY,
    ...options,
  })
  const certificate = certify(draft, key)
  return { key, issuer: issuerOf(certificate, key, [certificate]) }
}

function issuerOf(certificate: Certificate, key: Key, chain: readonly Certificate[]): Issuer {
  return {
    authority: 'authority',
    generation: 'generation',
    certificate,
    subject: certificate.subject,
    keyIdentifier: key.keyIdentifier,
    keyType: key.keyType,
    chain,
    addresses: ADDRESSES,
  }
}

/** A CA below another one, signed without lints when `unlinted`: the world has such CAs too. */
export function subordinate(above: Ca, profile: Profile, name: string, key: Key, unlinted = false): Ca {
  const request = requestOf({ key, subject: [{ type: 'commonName', value: name }] })
  const draft = fillTemplate({ profile, request }, above.issuer, fillOf(key))
  if (!unlinted) lintDraft(encodeDraft(draft), above.issuer)
  const certificate = certify(draft, above.key)
  return { key, issuer: issuerOf(certificate, key, [certificate, ...above.issuer.chain]) }
}

export function fillOf(key: Pick<Key, 'keyIdentifier'>, now = NOW) {
  return { serialNumber: nextSerial(), keyIdentifier: key.keyIdentifier, now }
}

export function requestOf(
  options: Partial<CertificateRequest> & { readonly key?: Pick<Key, 'publicKey'> } = {},
): CertificateRequest {
  const { key = keyOf('ecdsa-p256'), ...request } = options
  return {
    publicKey: key.publicKey,
    subject: [{ type: 'commonName', value: 'www.example.com' }],
    subjectAltNames: [],
    extensions: [],
    ...request,
  }
}

export function starter(name: string): Profile {
  const found = STARTERS.find((candidate) => candidate.name === name)
  if (found === undefined) throw new Error(`no starter ${name}`)
  return found.profile
}

export function templateOf(profile: Profile, options: Partial<Template> = {}): Template {
  return {
    id: 'template-1' as TemplateId,
    publicId: 'abcdefghijklmnop',
    authority: 'authority',
    name: 'Test',
    description: '',
    enabled: true,
    revision: 1,
    enrollment: CLOSED_ENROLLMENT,
    profile,
    ...options,
  }
}

export const dns = (value: string) => ({ type: 'dns', value }) as const
export const ip = (value: string) => ({ type: 'ip', value }) as const
export const email = (value: string) => ({ type: 'email', value }) as const
export const uri = (value: string) => ({ type: 'uri', value }) as const
export const cn = (value: string) => ({ type: 'commonName', value }) as const
