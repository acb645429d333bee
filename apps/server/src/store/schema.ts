import type { Approval, EnrollmentOptions, Evidence, Overrides, Profile, SubjectAltNameText } from '@chancery/pki'
import type { KeyType, SignatureAlgorithm } from '@chancery/x509'
import type { EnrollmentRequest, RequestStatus } from '../enrollment/request-store.ts'
import type { AuthoritySettings, AuthorityStatus, Generation } from '../issuers/authority.ts'
import type { ServicePurpose } from '../service-certificates/service-certificate-store.ts'
import type { AcmeTables } from './acme-schema.ts'
import type { Json } from './json.ts'
import type { NoticeTables } from './notices-schema.ts'
import type { PeopleTables } from './people-schema.ts'
import type { RecordTables } from './records-schema.ts'
import type { SignInTables } from './sign-in-schema.ts'
import type { WebhookTables } from './webhooks-schema.ts'

/**
 * The rows, the same on both engines. Columns that end in `_at` and the bounds of validities are milliseconds since the epoch,
 * flags are 0 or 1, `Uint8Array` is a blob. Every row that belongs to a tenant says so.
 */
export interface Tables extends PeopleTables, RecordTables, SignInTables, AcmeTables, NoticeTables, WebhookTables {
  installation: { name: string; value: string }
  sealed_secret: { name: string; sealed: Uint8Array }
  authority: AuthorityTable
  generation: GenerationTable
  authority_certificate: AuthorityCertificateTable
  authority_chain: AuthorityChainTable
  template: TemplateTable
  enrollment_request: EnrollmentRequestTable
  certificate: CertificateTable
  certificate_name: CertificateNameTable
  /** `tenant`: who is to certify it no more; empty for all. */
  compromised_key: { public_key_hash: Uint8Array; tenant: string; since: number }
  crl_partition: { generation: string; partition: number; tenant: string }
  service_certificate: ServiceCertificateTable
  crl: CrlTable
  crl_part: CrlPartTable
  request_link: RequestLinkTable
  renewal: RenewalTable
}

export type Flag = 0 | 1

export interface AuthorityTable {
  id: string
  tenant: string
  public_id: string
  name: string
  status: AuthorityStatus
  parent: string | null
  cps: string
  settings: Json<AuthoritySettings>
  created_at: number
  revision: number
}

export interface GenerationTable {
  id: string
  tenant: string
  authority: string
  public_id: string
  number: number
  status: Generation['status']
  key_type: KeyType
  key_origin: Generation['keyOrigin']
  /** Null, as the release before writes it: the default of the key. */
  signature_algorithm: SignatureAlgorithm | null
  history_known: Flag
  /** Grows with every revocation, in its transaction. */
  revocation_version: number
  /** The last CRL number that was given out, full or delta. */
  crl_number: number
  created_at: number
  public_key: Uint8Array
  /** SHA-256 of the public key. */
  public_key_hash: Uint8Array
  csr: Uint8Array
  sealed_key: Uint8Array | null
}

export interface AuthorityCertificateTable {
  id: string
  tenant: string
  generation: string
  active: Flag
  not_before: number
  not_after: number
  issued_as: string | null
  der: Uint8Array
}

/** What stands above an authority's certificate, where no CA of the tenant gives it. 0 is the nearest. */
export interface AuthorityChainTable {
  certificate: string
  position: number
  tenant: string
  der: Uint8Array
  /** Its id in the register, where a CA of the tenant issued it after all. */
  issued_as: string | null
}

export interface TemplateTable {
  id: string
  tenant: string
  authority: string
  public_id: string
  name: string
  description: string
  enabled: Flag
  revision: number
  profile: Json<Profile>
  /** Null, as the release before writes it, is closed. */
  enrollment: Json<EnrollmentOptions> | null
  created_at: number
}

export interface EnrollmentRequestTable {
  id: string
  tenant: string
  authority: string
  template: string
  template_revision: number
  status: RequestStatus
  subject: string
  subject_alt_names: Json<readonly SubjectAltNameText[]>
  overrides: Json<Overrides>
  evidence: Json<EnrollmentRequest['evidence']>
  created_at: number
  decided_at: number | null
  decided_by: string | null
  note: string | null
  /** The grant while signing, the certificate once issued. */
  certificate: string | null
  /** Empty for a form, whose key is made when it is claimed. */
  csr: Uint8Array
  /** Of whom the request is, where a mail goes to. */
  email: string | null
  /** What was approved of a form: it binds whoever claims. */
  approved: Json<Overrides> | null
}

/** That a certificate was renewed by its key: once in its life. */
export interface RenewalTable {
  certificate: string
  tenant: string
  /** The id of the new one. */
  next: string
  /** SHA-256 of its CSR, hex. */
  csr: string
  created_at: number
}

/** The link by which somebody looks at their request, or claims its certificate. */
export interface RequestLinkTable {
  id: string
  tenant: string
  request: string
  purpose: 'status' | 'claim'
  /** SHA-256 of the secret in the link. */
  secret_hash: Uint8Array
  created_at: number
  expires_at: number
  /** When its certificate was recorded; a claim is spent then. */
  spent_at: number | null
}

/**
 * An issuance through its whole life: an intent, then issued or abandoned; certificates of before an import are born issued. The
 * DER is the certificate; columns that repeat it are indexes. Those that OCSP and lists read come first, the bytes last.
 */
export interface CertificateTable {
  id: string
  tenant: string
  authority: string
  generation: string
  template: string | null
  request: string | null
  /** Lower-case hex. */
  serial: string
  state: 'intent' | 'issued' | 'abandoned'
  /** `held` is reason certificateHold; null is neither. */
  revocation: 'revoked' | 'held' | null
  /** Stays when a hold ends: the delta CRL names that date once more. */
  revoked_at: number | null
  revocation_reason: number | null
  invalidity_at: number | null
  /** The generation's revocation version that this certificate's last change made: what a delta CRL goes by. */
  revocation_version: number | null
  not_before: number
  not_after: number
  recorded_at: number
  /** Of an intent. */
  deadline_at: number | null
  issued_at: number | null
  crl_partition: number
  subject: string
  algorithm: SignatureAlgorithm | null
  public_key_hash: Uint8Array | null
  fingerprint: Uint8Array | null
  /** Stays when the TBS itself, which the DER then holds, is gone. */
  tbs_hash: Uint8Array | null
  evidence: Json<Evidence> | null
  approval: Json<Approval> | null
  /** The search keys of this certificate that stand in `certificate_name`. */
  names: Json<readonly string[]> | null
  /** Why it was abandoned. */
  note: string | null
  tbs: Uint8Array | null
  der: Uint8Array | null
}

/** A key by which a certificate is found; see search-keys.ts. */
export interface CertificateNameTable {
  tenant: string
  key: string
  certificate: string
}

export interface ServiceCertificateTable {
  id: string
  tenant: string
  authority: string
  generation: string
  purpose: ServicePurpose
  certificate: string
  not_before: number
  not_after: number
  der: Uint8Array
  sealed_key: Uint8Array
}

export interface CrlTable {
  id: string
  tenant: string
  generation: string
  partition: number
  delta: Flag
  number: number
  this_update: number
  next_update: number
  entries: number
  size: number
  digest: string
  revocation_version: number
}

/** A piece of a CRL. Until its `crl` row is there nobody sees it. */
export interface CrlPartTable {
  crl: string
  position: number
  tenant: string
  generation: string
  stored_at: number
  octets: Uint8Array
}
