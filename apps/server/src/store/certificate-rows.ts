import type { GrantId } from '@chancery/pki'
import type { RegisteredCertificate, Revocation } from '../certificates/certificate-register.ts'
import type { Intent } from '../issuance/issuance-ledger.ts'
import { fromJson, toJson } from './json.ts'
import type { CertificateTable } from './schema.ts'
import { present } from './without-nulls.ts'

/** The columns that an intent fills. */
export const INTENT_COLUMNS = [
  'id',
  'tenant',
  'authority',
  'generation',
  'template',
  'request',
  'serial',
  'state',
  'not_before',
  'not_after',
  'recorded_at',
  'deadline_at',
  'crl_partition',
  'subject',
  'algorithm',
  'public_key_hash',
  'tbs_hash',
  'evidence',
  'approval',
  'tbs',
] as const satisfies readonly (keyof CertificateTable)[]

export type IntentRow = Pick<CertificateTable, (typeof INTENT_COLUMNS)[number]>

export function intentRow(intent: Intent, tbsHash: Uint8Array): IntentRow {
  return {
    id: intent.id,
    tenant: intent.tenant,
    authority: intent.authority,
    generation: intent.generation,
    template: intent.template ?? null,
    request: intent.request ?? null,
    serial: intent.serialNumber,
    state: 'intent',
    not_before: intent.notBefore,
    not_after: intent.notAfter,
    recorded_at: intent.recordedAt,
    deadline_at: intent.deadlineAt,
    crl_partition: intent.crlPartition,
    subject: intent.subject,
    algorithm: intent.algorithm,
    public_key_hash: intent.publicKeyHash,
    tbs_hash: tbsHash,
    evidence: toJson(intent.evidence),
    approval: intent.approval === undefined ? null : toJson(intent.approval),
    tbs: intent.tbs,
  }
}

export function toIntent(row: IntentRow): Intent {
  return {
    id: row.id as GrantId,
    tenant: row.tenant,
    authority: row.authority,
    generation: row.generation,
    ...(row.template !== null && { template: row.template }),
    ...(row.request !== null && { request: row.request }),
    serialNumber: row.serial,
    algorithm: present(row.algorithm, 'algorithm'),
    tbs: present(row.tbs, 'tbs'),
    subject: row.subject,
    notBefore: row.not_before,
    notAfter: row.not_after,
    publicKeyHash: present(row.public_key_hash, 'public_key_hash'),
    evidence: fromJson(present(row.evidence, 'evidence')),
    ...(row.approval !== null && { approval: fromJson(row.approval) }),
    crlPartition: row.crl_partition,
    recordedAt: row.recorded_at,
    deadlineAt: present(row.deadline_at, 'deadline_at'),
  }
}

/** The columns of which a certificate of the register is made. */
export const REGISTERED_COLUMNS = [
  'id',
  'tenant',
  'authority',
  'generation',
  'template',
  'request',
  'serial',
  'der',
  'fingerprint',
  'subject',
  'not_before',
  'not_after',
  'issued_at',
  'evidence',
  'approval',
  'revoked_at',
  'revocation_reason',
  'invalidity_at',
] as const satisfies readonly (keyof CertificateTable)[]

export type RegisteredRow = Pick<CertificateTable, (typeof REGISTERED_COLUMNS)[number]>

export function toRegistered(row: RegisteredRow): RegisteredCertificate {
  const { template, request, der, fingerprint, evidence, approval } = row
  const revocation = toRevocation(row)
  return {
    id: row.id,
    tenant: row.tenant,
    authority: row.authority,
    generation: row.generation,
    ...(template !== null && { template }),
    ...(request !== null && { request }),
    serialNumber: row.serial,
    ...(der !== null && { der }),
    ...(fingerprint !== null && { fingerprint }),
    subject: row.subject,
    notBefore: row.not_before,
    notAfter: row.not_after,
    issuedAt: present(row.issued_at, 'issued_at'),
    ...(evidence !== null && { evidence: fromJson(evidence) }),
    ...(approval !== null && { approval: fromJson(approval) }),
    ...(revocation !== undefined && { revocation }),
  }
}

type RevocationRow = Pick<CertificateTable, 'revoked_at' | 'revocation_reason' | 'invalidity_at'>

export function toRevocation({ revoked_at, revocation_reason, invalidity_at }: RevocationRow): Revocation | undefined {
  if (revocation_reason === null) return undefined
  return {
    revokedAt: present(revoked_at, 'revoked_at'),
    reason: revocation_reason,
    ...(invalidity_at !== null && { invalidityAt: invalidity_at }),
  }
}
