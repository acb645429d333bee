import { ANY_POLICY, type Oid } from '@chancery/x509'

/** A certificate policy to choose from. */
export interface PredefinedPolicy {
  readonly policy: Oid
  readonly name: string
  /** What whoever chooses it should know first. */
  readonly note: string
}

const PUBLIC_ONLY = 'Only publicly trusted CAs that are audited against the requirements may assert it.'

/** Policies with a known meaning. None is asserted unless somebody chooses it. */
export const PREDEFINED_POLICIES: readonly PredefinedPolicy[] = [
  { policy: '2.23.140.1.2.1', name: 'CA/Browser Forum, domain validated', note: PUBLIC_ONLY },
  { policy: '2.23.140.1.2.2', name: 'CA/Browser Forum, organization validated', note: PUBLIC_ONLY },
  { policy: '2.23.140.1.2.3', name: 'CA/Browser Forum, individual validated', note: PUBLIC_ONLY },
  { policy: '2.23.140.1.1', name: 'CA/Browser Forum, extended validation', note: PUBLIC_ONLY },
  { policy: ANY_POLICY, name: 'Any policy', note: 'For CA certificates: it sets no limit on the policies below.' },
]

/** Policies that promise the CA/Browser Forum's requirements. */
export const PUBLIC_POLICIES: ReadonlySet<Oid> = new Set(
  PREDEFINED_POLICIES.filter(({ note }) => note === PUBLIC_ONLY).map(({ policy }) => policy),
)
