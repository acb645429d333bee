import { createHash, timingSafeEqual } from 'node:crypto'
import {
  type AlgorithmIdentifier,
  algorithmIdentifier,
  type CmsSignedData,
  type CmsSigner,
  hashOf,
  type PublicKey,
} from '@chancery/x509'
import { verifySignature } from './verify-signature.ts'

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'
const ID_DATA = '1.2.840.113549.1.7.1'

/**
 * Whether one of the signatures of a message is this key's, over this content (RFC 5652 §5.4, §5.6). By SHA-256 or better. Also false,
 * never an error, for algorithms that are none of ours or not the key's.
 */
export async function verifyCms(message: CmsSignedData, publicKey: PublicKey): Promise<boolean> {
  for (const signer of message.signers) if (await isSignedBy(signer, message, publicKey)) return true
  return false
}

async function isSignedBy(signer: CmsSigner, message: CmsSignedData, publicKey: PublicKey): Promise<boolean> {
  const { signedAttributes, signature } = signer
  const algorithm = algorithmOf(signer)
  if (algorithm === undefined) return false
  if (signedAttributes === undefined) {
    // Else what was signed as the attributes of another message could be shown as the content of this one.
    if (message.contentType !== ID_DATA) return false
    return verifySignature(publicKey, algorithm, message.content, signature)
  }
  const { der, contentType, messageDigest } = signedAttributes
  const digest = digestOf(signer, message.content)
  if (digest === undefined || contentType !== message.contentType) return false
  if (digest.length !== messageDigest.length || !timingSafeEqual(digest, messageDigest)) return false
  return verifySignature(publicKey, algorithm, der, signature)
}

function digestOf({ digestAlgorithm }: CmsSigner, content: Uint8Array): Buffer | undefined {
  const hash = strongHashOf(digestAlgorithm)
  return hash && createHash(hash).update(content).digest()
}

/** Signers by RSA, OpenSSL among them, name the key's algorithm alone, and mean the digest beside it. */
function algorithmOf({ signatureAlgorithm, digestAlgorithm }: CmsSigner): AlgorithmIdentifier | undefined {
  if (signatureAlgorithm.algorithm !== RSA_ENCRYPTION) return signatureAlgorithm
  const hash = strongHashOf(digestAlgorithm)
  return hash && algorithmIdentifier(`rsa-${hash}`)
}

function strongHashOf(id: AlgorithmIdentifier) {
  const hash = hashOf(id)
  return hash === 'sha256' || hash === 'sha384' || hash === 'sha512' ? hash : undefined
}
