import {
  berToDer,
  DerError,
  decodeCertificate,
  decodePem,
  EncryptedPrivateKeyInfo,
  type PemBlock,
  PemError,
  type PrivateKeyForm,
  pkcs8OfPkcs1,
  pkcs8OfSec1,
  privateKeyForm,
} from '@chancery/x509'
import { decryptByPassword, filePassword, wrongPassword } from './decrypt-by-password.ts'
import { decryptLegacyPem } from './decrypt-legacy-pem.ts'
import type { FileCrypto } from './file-crypto.ts'
import { type ImportBudget, importBudget } from './import-budget.ts'
import { KeyImportError } from './key-import-error.ts'
import { openPkcs12 } from './open-pkcs12.ts'

/** What a key file holds, decrypted: keys as PKCS#8 DER, which are secret, and certificates as DER. */
export interface KeyFileContents {
  readonly keys: readonly Uint8Array[]
  readonly certificates: readonly Uint8Array[]
}

/** Octets of a file that is read. */
export const LARGEST_KEY_FILE = 1024 * 1024

/**
 * Reads a file with private keys: PEM or DER of PKCS#8 (plain, or encrypted by a password), SEC1 and PKCS#1 (in PEM also encrypted as
 * OpenSSL did before PKCS#8), with certificates beside them, or PKCS#12; a file of certificates alone too. The form is recognised,
 * whatever the file is called. Throws `KeyImportError`.
 */
export async function readKeyFile(
  file: string | Uint8Array,
  password: string | undefined,
  crypto: FileCrypto,
): Promise<KeyFileContents> {
  try {
    if (file.length > LARGEST_KEY_FILE) throw new KeyImportError('broken', 'a file larger than 1 MiB')
    return await readKeys(file, { password, budget: importBudget(), crypto })
  } catch (error) {
    if (error instanceof DerError || error instanceof PemError) throw new KeyImportError('broken', error.message)
    throw error
  }
}

/** What opening takes beside the file. */
interface Opening {
  readonly password: string | undefined
  readonly budget: ImportBudget
  readonly crypto: FileCrypto
}

async function readKeys(file: string | Uint8Array, opening: Opening): Promise<KeyFileContents> {
  const text = pemTextIn(file)
  if (text !== undefined) return readPem(text, opening)
  if (typeof file === 'string') throw new KeyImportError('broken', NOT_READ)
  if (JAVA_KEYSTORE.every((octet, at) => file[at] === octet)) throw new KeyImportError('broken', JKS_NOT_READ)
  if (file[0] !== 0x30) throw new KeyImportError('broken', NOT_READ)
  const der = berToDer(file)
  const form = privateKeyForm(der)
  return form === undefined ? certificateAlone(der) : readForm(form, der, opening)
}

function certificateAlone(der: Uint8Array): KeyFileContents {
  try {
    decodeCertificate(der)
  } catch (error) {
    if (error instanceof DerError) throw new KeyImportError('no-key', 'the file holds neither a key nor a certificate')
    throw error
  }
  return { keys: [], certificates: [der] }
}

const NOT_READ = 'neither PEM nor DER: a key file begins with "-----BEGIN", or is binary (PKCS#8, PKCS#12)'
const JAVA_KEYSTORE = [0xfe, 0xed, 0xfe, 0xed]
const JKS_NOT_READ =
  'a Java keystore (JKS), which is not read: keytool -importkeystore -deststoretype PKCS12 converts it'

async function readPem(text: string, opening: Opening): Promise<KeyFileContents> {
  const blocks = decodePem(text, LARGEST_KEY_FILE)
  const curve = blocks.find(({ label }) => label === 'EC PARAMETERS')?.der
  const keys: Uint8Array[] = []
  const certificates: Uint8Array[] = []
  for (const block of blocks) {
    if (CERTIFICATE_LABELS.includes(block.label)) certificates.push(block.der)
    if (block.label === 'OPENSSH PRIVATE KEY') throw new KeyImportError('broken', OPENSSH_NOT_READ)
    if (!block.label.endsWith('PRIVATE KEY') && !block.label.startsWith('PKCS12')) continue
    const der = berToDer(isLegacyEncrypted(block) ? await decryptBlock(block, opening) : block.der)
    const form = privateKeyForm(der)
    if (form === undefined)
      throw new KeyImportError('broken', `a block ${block.label} that holds no private key of a form that is read`)
    const contents = await readForm(form, der, opening, curve)
    keys.push(...contents.keys)
    certificates.push(...contents.certificates)
  }
  return { keys, certificates }
}

const CERTIFICATE_LABELS = ['CERTIFICATE', 'X509 CERTIFICATE']
const OPENSSH_NOT_READ = 'an OpenSSH key, which is not read: ssh-keygen -p -m PKCS8 -f <copy of the file> converts it'

async function readForm(
  form: PrivateKeyForm,
  der: Uint8Array,
  opening: Opening,
  curve?: Uint8Array,
): Promise<KeyFileContents> {
  switch (form) {
    case 'pkcs12':
      return openPkcs12(der, opening.password, opening.budget, opening.crypto)
    case 'encrypted-pkcs8':
      return { keys: [await decryptPkcs8(der, opening)], certificates: [] }
    case 'sec1':
      return { keys: [pkcs8OfSec1(der, curve)], certificates: [] }
    case 'pkcs1':
      return { keys: [pkcs8OfPkcs1(der)], certificates: [] }
    case 'pkcs8':
      return { keys: [der], certificates: [] }
  }
}

async function decryptPkcs8(der: Uint8Array, { password, budget, crypto }: Opening): Promise<Uint8Array> {
  const { algorithm, encryptedData } = EncryptedPrivateKeyInfo.decode(der)
  if (password === undefined) throw passwordRequired()
  return onlyKey(await decryptByPassword(algorithm, encryptedData, filePassword(password), budget, crypto))
}

function isLegacyEncrypted({ headers }: PemBlock): boolean {
  return headers.get('Proc-Type')?.replace(' ', '') === '4,ENCRYPTED'
}

async function decryptBlock({ headers, der }: PemBlock, { password, crypto }: Opening): Promise<Uint8Array> {
  if (password === undefined) throw passwordRequired()
  return onlyKey(await decryptLegacyPem(headers, der, password, crypto))
}

/** One wrong password in 256 leaves padding that looks right; what stands before it then is no key. */
function onlyKey(decrypted: Uint8Array): Uint8Array {
  try {
    if (privateKeyForm(decrypted) !== undefined) return decrypted
  } catch (error) {
    if (!(error instanceof DerError)) throw error
  }
  throw wrongPassword()
}

function passwordRequired(): KeyImportError {
  return new KeyImportError('password-required', 'this file needs a password')
}

/** PEM may stand behind a byte order mark or explaining text. */
function pemTextIn(file: string | Uint8Array): string | undefined {
  const text = typeof file === 'string' ? file : new TextDecoder('latin1').decode(file)
  return text.includes('-----BEGIN ') ? text : undefined
}
