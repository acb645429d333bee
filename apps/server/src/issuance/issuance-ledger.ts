import type { Approval, Evidence, GrantId } from '@chancery/pki'
import type { SignatureAlgorithm } from '@chancery/x509'
import type { AuditRecord } from '../audit/audit-record.ts'
import type { IndexedName } from '../certificates/certificate-register.ts'

/** What will be signed, written down before a key is asked. */
export interface Intent {
  /** The grant's id; it becomes the certificate's. */
  readonly id: GrantId
  readonly tenant: string
  readonly authority: string
  readonly generation: string
  readonly template?: string
  readonly request?: string
  /** Lower-case hex, an even number of digits. */
  readonly serialNumber: string
  readonly algorithm: SignatureAlgorithm
  readonly tbs: Uint8Array
  readonly subject: string
  readonly notBefore: number
  readonly notAfter: number
  /** SHA-256 of the SubjectPublicKeyInfo. */
  readonly publicKeyHash: Uint8Array
  readonly evidence: Evidence
  readonly approval?: Approval
  /** CRL partition that will name it; 0 is the whole CRL. */
  readonly crlPartition: number
  readonly recordedAt: number
  /** After this moment the intent is abandoned instead of fulfilled. */
  readonly deadlineAt: number
}

export interface Issued {
  readonly id: GrantId
  readonly der: Uint8Array
  /** SHA-256 of the DER. */
  readonly fingerprint: Uint8Array
  readonly issuedAt: number
  readonly names: readonly IndexedName[]
}

/** An issuance at any point of its life. */
export type Issuance =
  | { readonly state: 'intent'; readonly intent: Intent }
  | { readonly state: 'issued'; readonly id: GrantId; readonly der: Uint8Array }
  | { readonly state: 'abandoned'; readonly id: GrantId; readonly reason: string }

/**
 * The register of what was, is being and will not be issued. What a method returns from is on the disk. A method that rejects has
 * stored nothing, except that after a lost connection a commit may have happened: `find` tells.
 */
export interface IssuanceLedger {
  /**
   * One transaction: spends the grant, burns the serial, moves the request to 'signing', writes the audit record. Throws
   * `Refusal` 'conflict' when the grant is spent or the request was decided otherwise; 'bad-key' when the public key was revoked
   * for keyCompromise in this installation.
   */
  recordIntent(intent: Intent, record: AuditRecord): Promise<void>
  /**
   * One transaction: the certificate is there, found by its names, and its request issued. Only the first stored signature
   * stays: returns the DER that is stored, which is another's when somebody else fulfilled the same intent first. Throws
   * `Refusal` 'conflict' when the intent was abandoned meanwhile; 'bad-key' when its public key was revoked for keyCompromise
   * meanwhile: the intent is then left as it is.
   */
  recordIssued(issued: Issued): Promise<Uint8Array>
  /** Throws `Refusal` 'bad-key' when the key (SHA-256 of its SubjectPublicKeyInfo) was revoked for keyCompromise. */
  checkKey(publicKeyHash: Uint8Array): Promise<void>
  /** The serial stays burnt, the request goes back to pending with the reason. No effect when already issued. */
  abandon(id: GrantId, reason: string, record: AuditRecord): Promise<void>
  find(id: GrantId): Promise<Issuance | undefined>
}

/** Across tenants, for the sweep alone: intents recorded before `recordedBefore`, oldest first, at most `limit`, after this id. */
export type FindOpenIntents = (recordedBefore: number, limit: number, after?: string) => Promise<readonly Intent[]>
