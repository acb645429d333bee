import { setImmediate as nextTurn } from 'node:timers/promises'
import { importKey, KeyImportError, type KeyTurns } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import { type Certificate, DerError, decodeCertificate, equalBytes, serialToHex } from '@chancery/x509'
import { type Act, type AuditEntry, continued, recordOf } from '../audit/audit-record.ts'
import type { Authority, AuthoritySettings } from '../issuers/authority.ts'
import type { Authorities } from './authorities.ts'
import { chainAbove } from './certificate-chain.ts'
import { type EarlierHistory, readEarlier } from './earlier-certificates.ts'
import { certificateProblems, importedCertificate, refuseRevokedHere } from './import-certificate.ts'
import { knownAuthorities } from './known-authorities.ts'
import { firstTemplate, newAuthority } from './new-authority.ts'
import { attributesOf, openGeneration } from './new-generation.ts'
import { readCertificates } from './read-certificates.ts'
import { requestedAsBefore } from './requested-extensions.ts'
import { addTied } from './tie-authorities.ts'

/** A CA that comes from elsewhere, with its key. */
export interface ImportAuthority extends EarlierHistory {
  /** PEM text (PKCS#8, SEC1 or PKCS#1, encrypted or not), or PKCS#12. */
  readonly key: string | Uint8Array
  readonly password?: string
  /** PEM: the CA's certificate and those above it, where the key's file has them not. */
  readonly certificate?: string
  readonly cps?: string
  readonly settings?: AuthoritySettings
  /** Whether `crl`, `certificates` and `index` are all that it ever issued. */
  readonly historyComplete?: boolean
}

/** What a transaction takes: about 20 ms of SQLite, in which nobody else has a turn. */
const EARLIER_AT_ONCE = 200

/**
 * Imports a CA: its key, its certificate, and what is known of what it issued. Its CRL number goes on from the last CRL, whose
 * entries are carried. It becomes active last: an interruption leaves a CA that awaits its certificate and can be deleted. Throws
 * `Refusal`; then nothing is stored.
 */
export async function importAuthority(asked: ImportAuthority, act: Act, authorities: Authorities): Promise<Authority> {
  const { store, fetchIssuers, makeServices, newId } = authorities
  const imported = await readKey(asked, authorities.pool.for(authorities.tenant))
  const { certificate, beside } = certificateOfKey(imported.publicKey.der, [
    ...imported.certificates,
    ...(await extraCertificates(asked)),
  ])
  const problems = certificateProblems(certificate, act.at)
  if (problems.length > 0)
    throw new Refusal('malformed', 'This certificate cannot be the certificate of a CA.', problems)
  const known = await knownAuthorities(authorities)
  const candidates = [...beside, ...known.map((one) => one.certificate)]
  const chain = await chainAbove(certificate, candidates, fetchIssuers, act.at)
  await refuseRevokedHere(certificate, known, authorities)
  const earlier = await readEarlier(asked, certificate, newId)

  const authority = newAuthority(
    { ...asked, subject: attributesOf(certificate.subject) },
    { status: 'awaiting-certificate' },
    act,
    authorities,
  )
  const historyKnown = asked.historyComplete === true
  const opening = {
    authority: authority.id,
    number: 1,
    subject: certificate.subject,
    extensions: requestedAsBefore(certificate),
    status: 'awaiting-certificate',
    historyKnown,
  } as const
  const { generation } = await openGeneration({ ...imported, origin: 'imported' }, opening, authorities)
  const record = (step: Act, details: AuditEntry['details']) =>
    recordOf(step, {
      action: 'authority.import',
      object: { type: 'authority', id: authority.id },
      ...(details && { details }),
    })

  const template = firstTemplate(authority.id, authorities)
  await store.create(
    { authority, generation, template },
    record(act, { name: authority.name, keyType: generation.keyType }),
  )
  const later = continued(act)
  const { crlNumber, certificates } = earlier
  const history = { historyKnown, ...(crlNumber !== undefined && { crlNumber }) }
  for (let at = 0; at === 0 || at < certificates.length; at += EARLIER_AT_ONCE) {
    const page = certificates.slice(at, at + EARLIER_AT_ONCE)
    await store.addEarlier(generation.id, page, history, record(later, { earlier: page.length }))
    await nextTurn()
  }
  await addTied(
    await importedCertificate(certificate, generation.id, chain, authorities),
    certificate,
    record(later, { certificate: serialToHex(certificate.serialNumber) }),
    authorities,
  )
  await makeServices(generation.id)
  return { ...authority, status: 'active' }
}

async function readKey({ key, password }: ImportAuthority, turns: KeyTurns) {
  try {
    return await importKey(key, password, turns)
  } catch (error) {
    if (!(error instanceof KeyImportError)) throw error
    throw new Refusal('bad-key', `The key cannot be imported: ${error.message}.`, [
      { field: '/key', detail: error.message },
    ])
  }
}

async function extraCertificates({ certificate }: ImportAuthority): Promise<readonly Uint8Array[]> {
  return certificate === undefined ? [] : (await readCertificates(certificate, '/certificate')).map(({ der }) => der)
}

function certificateOfKey(
  publicKey: Uint8Array,
  ders: readonly Uint8Array[],
): { readonly certificate: Certificate; readonly beside: readonly Certificate[] } {
  const certificates = ders.map(decode)
  const own = certificates.filter((candidate) => equalBytes(candidate.publicKey.der, publicKey))
  const certificate = own.toSorted((a, b) => b.notAfter - a.notAfter)[0]
  if (certificate === undefined) {
    const detail = 'The certificate of this key is missing. Give it in PEM, with those above it up to the root.'
    throw new Refusal('malformed', detail, [{ field: '/certificate', detail }])
  }
  return { certificate, beside: certificates.filter((other) => other !== certificate) }
}

function decode(der: Uint8Array): Certificate {
  try {
    return decodeCertificate(der)
  } catch (error) {
    if (!(error instanceof DerError)) throw error
    throw new Refusal('malformed', `A certificate beside the key cannot be read: ${error.message}.`, [
      { field: '/key', detail: error.message },
    ])
  }
}
