import type { KeyPool, Sealer } from '@chancery/keys'
import type { CertificateRegister } from '../certificates/certificate-register.ts'
import type { Door } from '../enrollment/enroll.ts'
import type { Issuers } from '../issuers/issuers.ts'
import type { AuthorityStore } from './authority-store.ts'
import type { FetchIssuerCertificates } from './certificate-chain.ts'

/** What the life of a tenant's CAs needs of the world. */
export interface Authorities {
  readonly tenant: string
  readonly store: AuthorityStore
  readonly issuers: Issuers
  /** What the tenant's CAs issued: certificates of CAs below them among it. */
  readonly certificates: Pick<CertificateRegister, 'find' | 'list'>
  readonly door: Door
  readonly sealer: Sealer
  readonly pool: KeyPool
  /** Follows caIssuers addresses, through the guarded client. */
  readonly fetchIssuers: FetchIssuerCertificates
  /** Makes the OCSP responder certificate of a generation; what fails is made by the first question or the sweep. */
  readonly makeServices: (generation: string) => Promise<void>
  readonly newId: () => string
  readonly newPublicId: () => string
  /** 128 random bits, never zero. */
  readonly serialNumber: () => bigint
  readonly now: () => number
}
