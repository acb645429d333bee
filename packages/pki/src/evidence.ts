/** What the system issues for itself, and what a single click makes. */
export type SystemPurpose = 'ocsp-responder' | 'platform-tls' | 'intermediate-ca'

/**
 * How the requester earned the right to ask. Each protocol exists to produce one of these; it is stored with the
 * certificate and named in the audit trail. Evidence holds ids, never secrets.
 */
export type Evidence =
  /** A CSR that an authenticated person or program left for approval. */
  | { readonly by: 'submitted-csr'; readonly request: string; readonly account: string; readonly token?: string }
  /** A request of a stranger from the public page, whose mail address was confirmed. */
  | { readonly by: 'web-form'; readonly request: string }
  /** The link of a request that somebody approved beforehand: by which claim, of which request, by whose yes. */
  | { readonly by: 'claim'; readonly request: string; readonly claim: string; readonly approval: Approval }
  /**
   * The key of an earlier certificate of ours, for a CSR (SHA-256, hex); `supersedes`: that one is revoked then. With a request, somebody
   * had to say yes.
   */
  | {
      readonly by: 'renewal'
      readonly certificate: string
      readonly csr: string
      readonly supersedes: boolean
      readonly request?: string
    }
  /** A program with an API token whose role may issue at once. */
  | { readonly by: 'api-token'; readonly account: string; readonly token: string }
  /** An ACME order, all of whose identifiers `account` (of ACME, under `policy`) is authorized for. */
  | { readonly by: 'acme-order'; readonly order: string; readonly account: string; readonly policy: string }
  /**
   * The installation itself: a certificate for a CA's `generation` by one click of `account`, or the certificate of a
   * service of `generation`, which then must sign it.
   */
  | { readonly by: 'system'; readonly purpose: SystemPurpose; readonly account?: string; readonly generation?: string }

/** Who turned parked evidence into a grant. */
export interface Approval {
  readonly account: string
  readonly approvedAt: number
}
