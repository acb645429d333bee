import {
  type AlgorithmIdentifier,
  algorithmIdentifier,
  ecdsaSignatureOf,
  HASH_OIDS,
  type Hash,
  type KeyType,
  keyTypeOf,
  makeAlgorithmIdentifier,
  type PublicKey,
  type SignatureAlgorithm,
} from '@chancery/x509'

/** A key that signs in this browser, for the certificate that it belongs to. */
export interface BrowserSigner {
  readonly digest: Hash
  readonly digestAlgorithm: AlgorithmIdentifier
  readonly signatureAlgorithm: AlgorithmIdentifier
  /** As X.509 carries it. */
  sign(message: Uint8Array): Promise<Uint8Array>
}

interface Way {
  readonly algorithm: SignatureAlgorithm
  readonly digest: Hash
  readonly parameters: RsaHashedImportParams & EcKeyImportParams
}

const WEB_NAMES: Readonly<Record<Hash, string>> = { sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' }

/**
 * The private key (PKCS#8, DER) as the signer of a certificate with this public key; `undefined` when it is the key of another one.
 * Throws for kinds of keys that the browser does not sign with.
 */
export async function signerOf(pkcs8: Uint8Array, publicKey: PublicKey): Promise<BrowserSigner | undefined> {
  const { algorithm, digest, parameters } = wayOf(keyTypeOf(publicKey))
  const [privateKey, verifier] = await Promise.all([
    crypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), parameters, false, ['sign']).catch(() => undefined),
    crypto.subtle
      .importKey('spki', new Uint8Array(publicKey.der), parameters, false, ['verify'])
      .catch(() => undefined),
  ])
  if (verifier === undefined) throw new Error(NOT_HERE)
  if (privateKey === undefined) return undefined
  const raw = async (message: Uint8Array) => crypto.subtle.sign(parameters, privateKey, new Uint8Array(message))
  const probe = crypto.getRandomValues(new Uint8Array(32))
  if (!(await crypto.subtle.verify(parameters, verifier, await raw(probe), probe))) return undefined
  return {
    digest,
    digestAlgorithm: makeAlgorithmIdentifier(HASH_OIDS[digest]),
    signatureAlgorithm: algorithmIdentifier(algorithm),
    sign: async (message) => {
      const signature = new Uint8Array(await raw(message))
      return parameters.name === 'ECDSA' ? ecdsaSignatureOf(signature) : signature
    },
  }
}

function wayOf(keyType: KeyType | undefined): Way {
  const curve = keyType === undefined ? undefined : CURVES[keyType]
  if (curve !== undefined) {
    const [namedCurve, digest] = curve
    return { algorithm: `ecdsa-${digest}`, digest, parameters: { name: 'ECDSA', namedCurve, hash: WEB_NAMES[digest] } }
  }
  if (keyType?.startsWith('rsa-')) {
    const parameters = { name: 'RSASSA-PKCS1-v1_5', namedCurve: '', hash: WEB_NAMES.sha256 }
    return { algorithm: 'rsa-sha256', digest: 'sha256', parameters }
  }
  if (keyType === 'ed25519') {
    // Signed attributes have a digest by SHA-512 with such keys (RFC 8419).
    return { algorithm: 'ed25519', digest: 'sha512', parameters: { name: 'Ed25519', namedCurve: '', hash: '' } }
  }
  throw new Error(NOT_HERE)
}

const NOT_HERE = 'This browser does not sign by keys of this kind. Use the lines for a shell.'

const CURVES: Readonly<Partial<Record<KeyType, readonly [name: string, digest: Hash]>>> = {
  'ecdsa-p256': ['P-256', 'sha256'],
  'ecdsa-p384': ['P-384', 'sha384'],
  'ecdsa-p521': ['P-521', 'sha512'],
}

/** The digest of a message by this signer's hash. */
export async function digestOf(message: Uint8Array, { digest }: BrowserSigner): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(WEB_NAMES[digest], new Uint8Array(message)))
}
