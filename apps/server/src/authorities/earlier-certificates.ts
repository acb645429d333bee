import { publicKeyFingerprint, verifySignature } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import {
  type Certificate,
  type CertificateList,
  CRL_REASON_NUMBERS,
  type CrlEntry,
  CrlNumber,
  DerError,
  decodeCertificateList,
  decodePemOrDer,
  findExtension,
  nameToString,
  PemError,
  serialToHex,
} from '@chancery/x509'
import { indexedNames } from '../certificates/indexed-names.ts'
import type { EarlierCertificate } from './authority-store.ts'
import { isSignedBy } from './certificate-chain.ts'
import { inTurns } from './in-turns.ts'
import { type IndexEntry, readIndexTxt } from './index-txt.ts'
import { certificatesIn } from './read-certificates.ts'

/** What is known of a CA's past when its key comes here. */
export interface EarlierHistory {
  /** Its last CRL, PEM. */
  readonly crl?: string
  /** Certificates that it issued, PEM. */
  readonly certificates?: string
  /** The `index.txt` of OpenSSL's `ca`. */
  readonly index?: string
}

/** The past of a CA, put together: where its CRL number stood, and what it issued and revoked, by serial. */
export interface EarlierRegister {
  readonly crlNumber?: number
  readonly certificates: readonly EarlierCertificate[]
}

/**
 * Reads what is known of a CA's past. Certificates and CRL must be signed by it. Throws `Refusal` 'malformed' that names the part
 * that cannot be used.
 */
export async function readEarlier(
  history: EarlierHistory,
  issuer: Certificate,
  newId: () => string,
): Promise<EarlierRegister> {
  const bySerial = new Map<string, EarlierCertificate>()
  const listed = history.index === undefined ? [] : await readIndex(history.index)
  for await (const { serialNumber, subject, notAfter, revocation } of inTurns(listed)) {
    bySerial.set(serialNumber, { id: newId(), serialNumber, subject, notAfter, ...(revocation && { revocation }) })
  }
  const given = history.certificates === undefined ? [] : certificatesIn(history.certificates, '/certificates', MOST)
  for await (const certificate of given) {
    if (!(await isSignedBy(certificate, issuer))) {
      throw unusable(
        '/certificates',
        `The certificate of "${nameToString(certificate.subject)}" was not issued by this CA. Leave it out.`,
      )
    }
    const serialNumber = serialToCarry(certificate.serialNumber, '/certificates')
    const known = bySerial.get(serialNumber)
    const { id, ...read } = earlierCertificate(certificate, serialNumber, known?.id ?? newId())
    bySerial.set(serialNumber, { id, ...known, ...read })
  }
  if (history.crl === undefined) return { certificates: [...bySerial.values()] }

  const crl = await readCrl(history.crl, issuer)
  for await (const { serialNumber: serial, revokedAt, reason, invalidityDate } of inTurns(crl.entries)) {
    const serialNumber = serialToCarry(serial, '/crl')
    const revocation = {
      revokedAt,
      reason: CRL_REASON_NUMBERS[reason ?? 'unspecified'],
      ...(invalidityDate !== undefined && { invalidityAt: invalidityDate }),
    }
    bySerial.set(serialNumber, { id: newId(), subject: '', ...bySerial.get(serialNumber), serialNumber, revocation })
  }
  return { certificates: [...bySerial.values()], ...crlNumberOf(crl) }
}

/** A certificate of which the register is to know all that its DER says. */
export function earlierCertificate(
  certificate: Certificate,
  serialNumber: string,
  id: string,
): EarlierCertificate & { readonly der: Uint8Array } {
  const { der, subject, publicKey, notBefore, notAfter } = certificate
  const found = { names: indexedNames(certificate), publicKeyHash: publicKeyFingerprint(publicKey) }
  return { id, serialNumber, der, subject: nameToString(subject), ...found, notBefore, notAfter }
}

/** What a request may hold is bounded too. */
const MOST = { certificates: 20_000, characters: 40 * 1024 * 1024 }

/** Larger numbers than this can't be counted on from. */
const LARGEST_CRL_NUMBER = BigInt(Number.MAX_SAFE_INTEGER)

function crlNumberOf({ extensions }: WholeCrl): { readonly crlNumber?: number } {
  const number = findExtension(extensions, CrlNumber)
  if (number === undefined) return {}
  if (number < LARGEST_CRL_NUMBER) return { crlNumber: Number(number) }
  throw unusable('/crl', `Its number, ${number}, is too large to count on from: ${LARGEST_CRL_NUMBER} is the largest.`)
}

/** Octets of a serial number at the most that a CRL here carries; RFC 5280 §4.1.2.2 allows 20. */
const LONGEST_SERIAL = 64

/** A serial number as it stands in our CRLs again, in hex; none for those that cannot. */
export function carriedSerial(serial: bigint): string | undefined {
  const serialNumber = serialToHex(serial)
  return serial >= 0n && serialNumber.length <= 2 * LONGEST_SERIAL - 2 ? serialNumber : undefined
}

/** The same. Throws `Refusal` for those that cannot. */
function serialToCarry(serial: bigint, field: string): string {
  const serialNumber = carriedSerial(serial)
  if (serialNumber !== undefined) return serialNumber
  throw unusable(
    field,
    `The serial number ${serialToHex(serial).slice(0, 40)} is negative or too long to stand in a CRL. Leave it out.`,
  )
}

interface WholeCrl {
  readonly extensions: CertificateList['extensions']
  readonly entries: readonly CrlEntry[]
}

async function readCrl(text: string, issuer: Certificate): Promise<WholeCrl> {
  try {
    const crl = decodeCertificateList(decodePemOrDer(text, ['X509 CRL']))
    if (await verifySignature(issuer.publicKey, crl.signatureAlgorithm, crl.tbs, crl.signature))
      return await wholeCrl(crl)
  } catch (error) {
    if (error instanceof PemError || error instanceof DerError)
      throw unusable('/crl', `This is no CRL in PEM: ${error.message}.`)
    throw error
  }
  throw unusable('/crl', 'This CRL is not signed by the key of this CA. Give the last CRL that it published.')
}

/** RFC 5280 §5.2: a critical extension limits what a CRL is about, as that of a delta or of a part does. */
async function wholeCrl({ extensions, entries }: CertificateList): Promise<WholeCrl> {
  if (!extensions.some(({ critical }) => critical))
    return { extensions, entries: await Array.fromAsync(inTurns(entries)) }
  throw unusable('/crl', 'This CRL is a delta, or about a part of the certificates. Give the last whole CRL.')
}

async function readIndex(text: string): Promise<readonly IndexEntry[]> {
  const { entries, problem } = await readIndexTxt(text)
  if (problem !== undefined) throw unusable('/index', problem)
  return entries
}

function unusable(field: string, detail: string): Refusal {
  return new Refusal('malformed', detail, [{ field, detail }])
}
