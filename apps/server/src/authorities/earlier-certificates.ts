import { publicKeyFingerprint, verifySignature } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import {
  type Certificate,
  CRL_REASON_NUMBERS,
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
import { type IndexEntry, readIndexTxt } from './index-txt.ts'
import { readCertificates } from './read-certificates.ts'

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
  for (const { serialNumber, subject, notAfter, revocation } of history.index === undefined
    ? []
    : readIndex(history.index)) {
    bySerial.set(serialNumber, { id: newId(), serialNumber, subject, notAfter, ...(revocation && { revocation }) })
  }
  for (const certificate of history.certificates === undefined
    ? []
    : readCertificates(history.certificates, '/certificates')) {
    if (!(await isSignedBy(certificate, issuer))) {
      throw unusable(
        '/certificates',
        `The certificate of "${nameToString(certificate.subject)}" was not issued by this CA. Leave it out.`,
      )
    }
    const serialNumber = serialToHex(certificate.serialNumber)
    const { der, notBefore, notAfter } = certificate
    const found = { names: indexedNames(certificate.tbs), publicKeyHash: publicKeyFingerprint(certificate.publicKey) }
    const known = bySerial.get(serialNumber)
    bySerial.set(serialNumber, {
      id: newId(),
      ...known,
      serialNumber,
      der,
      subject: nameToString(certificate.subject),
      ...found,
      notBefore,
      notAfter,
    })
  }
  if (history.crl === undefined) return { certificates: [...bySerial.values()] }

  const crl = await readCrl(history.crl, issuer)
  for (const { serialNumber: serial, revokedAt, reason, invalidityDate } of crl.entries) {
    const serialNumber = serialToHex(serial)
    const revocation = {
      revokedAt,
      reason: CRL_REASON_NUMBERS[reason ?? 'unspecified'],
      ...(invalidityDate !== undefined && { invalidityAt: invalidityDate }),
    }
    bySerial.set(serialNumber, { id: newId(), subject: '', ...bySerial.get(serialNumber), serialNumber, revocation })
  }
  const number = findExtension(crl.extensions, CrlNumber)
  return { certificates: [...bySerial.values()], ...(number !== undefined && { crlNumber: Number(number) }) }
}

async function readCrl(text: string, issuer: Certificate) {
  try {
    const crl = decodeCertificateList(decodePemOrDer(text, ['X509 CRL']))
    if (await verifySignature(issuer.publicKey, crl.signatureAlgorithm, crl.tbs, crl.signature)) return crl
  } catch (error) {
    if (error instanceof PemError || error instanceof DerError)
      throw unusable('/crl', `This is no CRL in PEM: ${error.message}.`)
    throw error
  }
  throw unusable('/crl', 'This CRL is not signed by the key of this CA. Give the last CRL that it published.')
}

function readIndex(text: string): readonly IndexEntry[] {
  const { entries, problem } = readIndexTxt(text)
  if (problem !== undefined) throw unusable('/index', problem)
  return entries
}

function unusable(field: string, detail: string): Refusal {
  return new Refusal('malformed', detail, [{ field, detail }])
}
