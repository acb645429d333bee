import type { Template } from '@chancery/pki'
import type { SignatureAlgorithm } from '@chancery/x509'
import type { AuditRecord } from '../audit/audit-record.ts'
import type { IndexedName } from '../certificates/certificate-register.ts'
import type { Door } from '../enrollment/enroll.ts'
import type { Authority, AuthorityCertificate, AuthoritySettings, Generation } from '../issuers/authority.ts'
import type { Page, PageRequest } from '../tenants/page.ts'

export interface NewGeneration extends Generation {
  readonly sealedKey: Uint8Array
}

/** What a CA of the tenant is going to sign for another: the intent and its audit record, as the path hands them to its ledger. */
export type PlannedIssuance = Parameters<Door['issuance']['ledger']['recordIntent']>

/** Its id is the one that it has in the register, where one of our own CAs issued it: it can be added once. */
export interface NewAuthorityCertificate extends AuthorityCertificate {
  /** Certificates above it, nearest first, DER. Stored for chains that no CA of the tenant gives. */
  readonly chain: readonly Uint8Array[]
}

/** A certificate of before an import: known by its serial, perhaps by its DER, perhaps revoked. */
export interface EarlierCertificate {
  readonly id: string
  readonly serialNumber: string
  readonly der?: Uint8Array
  readonly subject: string
  /** Names to find it by, and the SHA-256 of its SubjectPublicKeyInfo, where its DER is known. */
  readonly names?: readonly IndexedName[]
  readonly publicKeyHash?: Uint8Array
  readonly notBefore?: number
  readonly notAfter?: number
  readonly revocation?: { readonly revokedAt: number; readonly reason: number; readonly invalidityAt?: number }
}

/** A certificate of a CA of the tenant. */
export interface KnownCertificate extends Pick<AuthorityCertificate, 'id' | 'generation' | 'der' | 'issuedAs'> {
  /** False of a deleted CA: it has no register any more. */
  readonly alive: boolean
  /** The certificates above it that are stored with it, nearest first, where no CA of the tenant issued it. */
  readonly chain: readonly Pick<KnownCertificate, 'der' | 'issuedAs'>[]
}

/** That the certificate of a CA, or one above it, was issued by another CA of the tenant: in whose register it is revoked. */
export interface Tie {
  /** The id of the certificate of the CA below. */
  readonly certificate: string
  /** Where in its stored chain the certificate stands that was issued, 0 for the nearest. Absent: it is the CA's own. */
  readonly above?: number
  /** The generation by whose key it is signed. The store takes it on trust: it is to be verified before. */
  readonly signedBy: string
  /** The entry that it gets in the register of that generation, where there is none for its serial number. */
  readonly entry: EarlierCertificate & { readonly der: Uint8Array }
}

/** Ties that were found among the certificates that were known then. */
export interface FoundTies {
  /** How many `known` gave. */
  readonly seen: number
  readonly ties: readonly Tie[]
}

/** What belongs to a CA and goes with it. Each is counted up to 10,000. */
export interface AuthorityExtent {
  /** Generations whose private key is here. */
  readonly keys: number
  readonly templates: number
  readonly pendingRequests: number
  /** Issuances of every state. */
  readonly certificates: number
  /** Of these, neither expired nor revoked for good nor given up. */
  readonly liveCertificates: number
}

/** A certificate of a CA that is not here. */
export interface CertifiedElsewhere {
  /** Its id in the register. */
  readonly certificate: string
  /** RFC 4514. */
  readonly subject: string
  readonly notAfter: number
}

/** The life of CAs. Each method is one transaction. */
export interface AuthorityStore {
  /**
   * A CA with its first generation, its certificate if it has one already (then the outbox item `crl` is put for the generation),
   * and its first template. 'conflict': the public key is
   * another generation's in this tenant, or the name is taken.
   */
  create(
    born: {
      readonly authority: Authority
      readonly generation: NewGeneration
      readonly certificate?: NewAuthorityCertificate
      readonly template: Template
      /** What its parent signs for it, recorded as the ledger records it. */
      readonly planned?: PlannedIssuance
    },
    record: AuditRecord,
  ): Promise<void>
  find(id: string): Promise<Authority | undefined>
  /** Newest first. Of all, or of those with these ids. */
  list(page: PageRequest, some?: readonly string[]): Promise<Page<Authority>>
  generations(
    authority: string,
  ): Promise<readonly (Generation & { readonly certificates: readonly AuthorityCertificate[] })[]>
  /** Opens a generation with a key of its own (renewal with a new key), with its certificate or with what the CA's parent signs for it. */
  addGeneration(
    generation: NewGeneration,
    certificate: NewAuthorityCertificate | undefined,
    record: AuditRecord,
    planned?: PlannedIssuance,
  ): Promise<void>
  /**
   * Puts the outbox item `crl` for the generation. Makes this the active certificate of its generation and the generation active;
   * generations before it become retired; an awaiting CA active. No effect for a certificate that was added before.
   *
   * With `found` the ties of a certificate from elsewhere are made in the same transaction, as by `tie`, to it and from it;
   * 'malformed' for one that is revoked in the register in which it stands then. False, and no effect, when other certificates were
   * added since `found` was: it may not know of all.
   */
  addCertificate(certificate: NewAuthorityCertificate, record: AuditRecord, found?: FoundTies): Promise<boolean>
  /** The certificates of all CAs of the tenant, of every generation; deleted ones too. */
  known(): Promise<readonly KnownCertificate[]>
  /**
   * Ties certificates of CAs to the entries in the registers of the tenant's CAs that issued them, by serial number; an entry that
   * has no DER gets it. What is tied already stays so, and nothing is tied to a deleted CA or to one of another tenant. False, and
   * no effect, when certificates were added since `found` was.
   */
  tie(found: FoundTies, record: AuditRecord): Promise<boolean>
  /**
   * Another certificate for the key that a generation has. From now on it is asked for by this CSR (DER) and signs so, where that
   * is said; its certificate becomes the active one, or its parent signs what is planned, or somebody else the CSR.
   */
  renewKey(
    renewed: {
      readonly generation: string
      readonly csr: Uint8Array
      readonly signatureAlgorithm?: SignatureAlgorithm
      readonly certificate?: NewAuthorityCertificate
      readonly planned?: PlannedIssuance
    },
    record: AuditRecord,
  ): Promise<void>
  /**
   * Changes what is given and leaves the rest as it is then. `settings` makes the new ones of those that stand, which nobody else
   * changes meanwhile; it may be asked again, and what it throws changes nothing. 'conflict' for another revision than the given
   * one.
   */
  update(
    id: string,
    change: {
      readonly name?: string
      readonly cps?: string
      readonly settings?: (before: AuthoritySettings) => AuthoritySettings
      readonly revision?: number
    },
    record: AuditRecord,
  ): Promise<{ readonly before: Authority; readonly after: Authority } | undefined>
  /**
   * Loads what was issued before an import and where its CRL number stood, at most 1,000 at a time so that others have their turn.
   * Serials that are known already are left as they are; returns how many were new.
   */
  addEarlier(
    generation: string,
    earlier: readonly EarlierCertificate[],
    history: { readonly crlNumber?: number; readonly historyKnown: boolean },
    record: AuditRecord,
  ): Promise<number>
  /** CAs of this tenant whose active certificate was issued by this one and is alive at `now`. */
  liveSubordinates(authority: string, now: number): Promise<readonly Authority[]>
  /**
   * Certificates that it issued to CAs that are not of this tenant, unrevoked or on hold and unexpired at `now`, those that live
   * longest first; up to 100.
   */
  certifiedElsewhere(authority: string, now: number): Promise<readonly CertifiedElsewhere[]>
  extent(id: string, now: number): Promise<AuthorityExtent>
  /** From now on it issues nothing more; it goes on answering for what it issued. 'conflict' unless it is active or awaits its certificate. */
  archive(id: string, record: AuditRecord): Promise<void>
  /**
   * From now on nothing is issued, revoked or published under it but its last CRL. Its templates, service certificates and pending
   * requests go, and what waits for a signature is given up, in one transaction that also puts the outbox item `end` with the CA's
   * id; published CRLs and CA certificates stay. 'conflict' when CAs below it are alive at `now`.
   */
  delete(id: string, now: number, record: AuditRecord): Promise<void>
  /** The sealed keys of a deleted CA go, and the outbox item `end` with them; `purge` is put. No effect for others. */
  dropKeys(id: string, now: number): Promise<void>
  /**
   * Removes at most `limit` certificates that expired before this moment, and returns how many it did: not those that a CRL has
   * still to name, nor those of CAs and services. The record is written when there were any.
   */
  forgetExpired(authority: string, expiredBefore: number, limit: number, record: AuditRecord): Promise<number>
  /** Removes a page of the register of a deleted CA; false when nothing is left. */
  purge(id: string, limit: number): Promise<boolean>
}
