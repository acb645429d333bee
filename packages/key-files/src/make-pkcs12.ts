import {
  encodeAuthenticatedSafe,
  encodePfx,
  encodeSafeContents,
  HASH_OIDS,
  type MacData,
  makeAlgorithmIdentifier,
  NULL_PARAMETERS,
} from '@chancery/x509'
import type { MakingCrypto } from './browser-crypto.ts'
import { encryptByPassword, type Protection, ROUNDS } from './encrypt-by-password.ts'
import { DERIVED, pkcs12Kdf, pkcs12Password } from './pkcs12-kdf.ts'

/** What goes into the file. */
export interface Pkcs12Parts {
  /** PKCS#8, DER. */
  readonly key: Uint8Array
  /** DER: the key's own, then those above it. */
  readonly certificates: readonly Uint8Array[]
  /** What lists show; the alias in Java and the nickname in NSS. */
  readonly name: string
  readonly password: string
}

/** Some readers on Apple's systems take a MAC with a salt of this length alone. */
const MAC_SALT_OCTETS = 8

/**
 * The DER of a PKCS#12 file (RFC 7292) in the layout that OpenSSL writes: the certificates encrypted as one part, the key
 * encrypted in another, and a MAC by the derivation of Appendix B over both.
 */
export async function makePkcs12(
  { key, certificates, name, password }: Pkcs12Parts,
  protection: Protection,
  crypto: MakingCrypto,
): Promise<Uint8Array> {
  const [own = new Uint8Array(), ...above] = certificates
  const label = { friendlyName: name, localKeyId: crypto.hash('sha1', own) }
  const certificateBags = encodeSafeContents([
    { type: 'certificate', der: own, ...label },
    ...above.map((der) => ({ type: 'certificate', der }) as const),
  ])
  const sealed = await encryptByPassword(key, password, protection, crypto)
  const encryptedKey = { algorithm: sealed.algorithm, encryptedData: sealed.encrypted }
  const authSafe = encodeAuthenticatedSafe([
    { type: 'encrypted', ...(await encryptByPassword(certificateBags, password, protection, crypto)) },
    { type: 'plain', safeContents: encodeSafeContents([{ type: 'encrypted-key', key: encryptedKey, ...label }]) },
  ])
  return encodePfx({ authSafe, macData: await macOver(authSafe, password, protection, crypto) })
}

async function macOver(
  authSafe: Uint8Array,
  password: string,
  protection: Protection,
  crypto: MakingCrypto,
): Promise<MacData> {
  const [hash, octets] = protection === 'modern' ? (['sha256', 32] as const) : (['sha1', 20] as const)
  const [macSalt, iterations] = [crypto.random(MAC_SALT_OCTETS), ROUNDS[protection]]
  const key = await pkcs12Kdf(hash, DERIVED.macKey, pkcs12Password(password), macSalt, iterations, octets, crypto)
  const digest = await crypto.hmac(hash, key, authSafe)
  return {
    mac: { digestAlgorithm: makeAlgorithmIdentifier(HASH_OIDS[hash], NULL_PARAMETERS), digest },
    macSalt,
    iterations,
  }
}
