import { browserCrypto, KeyImportError, readKeyFile } from '@chancery/key-files'
import {
  type Certificate,
  DerError,
  decodeCertificate,
  encodeCmsSignedData,
  encodePem,
  encodeSignedAttributes,
} from '@chancery/x509'
import { type BrowserSigner, digestOf, signerOf } from './signing-key.ts'

/** A certificate and its key, read from files of whoever holds it. The key stays in this page. */
export interface OldCertificate {
  readonly certificate: Certificate
  readonly pem: string
  readonly signer: BrowserSigner
}

/**
 * Opens the files of somebody's certificate and key: one PKCS#12 file, or PEM or DER in one or more. Throws with words for what is wrong:
 * a password that does not fit, no key, none of the certificates the key's own.
 */
export async function openOld(files: readonly Uint8Array[], password: string): Promise<OldCertificate> {
  const keys: Uint8Array[] = []
  const certificates: Certificate[] = []
  for (const file of files) {
    const read = await readKeyFile(file, password === '' ? undefined : password, browserCrypto).catch(inWords)
    keys.push(...read.keys)
    certificates.push(...read.certificates.flatMap(readable))
  }
  if (certificates.length === 0)
    throw new Error('There is no certificate in these files. Choose it together with its key.')
  const [key, second] = keys
  if (key === undefined)
    throw new Error('There is no private key in these files. Choose it together with its certificate.')
  if (second !== undefined) throw new Error('There are several keys in these files. Choose the one of the certificate.')
  for (const certificate of certificates) {
    const signer = await signerOf(key, certificate.publicKey)
    if (signer !== undefined) {
      key.fill(0)
      return { certificate, pem: encodePem('CERTIFICATE', certificate.der), signer }
    }
  }
  throw new Error('The key is not the one of the certificate.')
}

/** The proof for a challenge: it as CMS SignedData by the old key, PEM. */
export async function signChallenge(text: string, { certificate, signer }: OldCertificate): Promise<string> {
  const content = new TextEncoder().encode(text)
  const signedAttributes = encodeSignedAttributes(await digestOf(content, signer))
  const signature = await signer.sign(signedAttributes)
  const { digestAlgorithm, signatureAlgorithm } = signer
  const parts = {
    content,
    certificate: certificate.der,
    digestAlgorithm,
    signatureAlgorithm,
    signedAttributes,
    signature,
  }
  return encodePem('CMS', encodeCmsSignedData(parts))
}

function inWords(error: unknown): never {
  if (!(error instanceof KeyImportError)) throw error
  if (error.problem === 'password-required') throw new Error('One of the files needs its password: type it below.')
  if (error.problem === 'wrong-password')
    throw new Error('This is not the password of the file, or the file was changed.')
  throw new Error(`One of the files cannot be read: ${error.message}.`)
}

/** Files hold certificates that are none of ours too. */
function readable(der: Uint8Array): readonly Certificate[] {
  try {
    return [decodeCertificate(der)]
  } catch (error) {
    if (error instanceof DerError) return []
    throw error
  }
}
