import type { ChallengeType, IdentifierType } from '@chancery/pki'
import type { AcmeAccountStatus } from '../acme-policies/acme-account.ts'
import type { AcmePolicySettings } from '../acme-policies/acme-policy.ts'
import type { ExchangeStep } from '../exchanges/exchange-log.ts'
import type { ProblemDocument } from '../protocols/acme/acme-problem.ts'
import type { AuthorizationStatus, ChallengeStatus } from '../protocols/acme/authorization-store.ts'
import type { PublicJwk } from '../protocols/acme/jwk.ts'
import type { FlattenedJws } from '../protocols/acme/jws.ts'
import type { OrderedName, OrderState } from '../protocols/acme/order-store.ts'
import type { Json } from './json.ts'
import type { Flag } from './schema.ts'

/** The rows of ACME and of the exchanges of protocols, the same on both engines. */
export interface AcmeTables {
  acme_policy: AcmePolicyTable
  acme_binding: AcmeBindingTable
  acme_account: AcmeAccountTable
  acme_order: AcmeOrderTable
  acme_authorization: AcmeAuthorizationTable
  acme_challenge: AcmeChallengeTable
  /** On PostgreSQL alone it is used, and not logged. */
  acme_nonce: { nonce: Uint8Array; expires_at: number }
  /** The same: one row. */
  acme_nonce_epoch: { one: number; epoch: string }
  exchange: ExchangeTable
}

export interface AcmePolicyTable {
  id: string
  tenant: string
  authority: string
  public_id: string
  name: string
  enabled: Flag
  revision: number
  settings: Json<AcmePolicySettings>
  created_at: number
}

export interface AcmeBindingTable {
  id: string
  tenant: string
  policy: string
  kid: string
  name: string
  /** The HMAC key, sealed for `{ tenant, purpose: 'acme-binding', id }`. */
  sealed_key: Uint8Array
  /** Null: as many accounts as come. */
  allowed_uses: number | null
  uses: number
  expires_at: number | null
  created_at: number
}

export interface AcmeAccountTable {
  id: string
  tenant: string
  policy: string
  /** The public id of the policy at whose directory it registered; empty for the shared one, because a part of a key cannot be null. */
  directory: string
  /** RFC 7638, base64url. */
  thumbprint: string
  jwk: Json<PublicJwk>
  status: AcmeAccountStatus
  contacts: Json<readonly string[]>
  /** The binding it registered by, which may be gone. */
  binding: string | null
  binding_name: string | null
  /** As it was sent. Null too in what the release before wrote. */
  binding_jws: Json<FlattenedJws> | null
  created_at: number
  created_from: string
}

export interface AcmeOrderTable {
  /** Its certificate's too: an order is finalized once, because an id is an issuance once. */
  id: string
  tenant: string
  account: string
  policy: string
  template: string
  profile: string | null
  state: OrderState
  identifiers: Json<readonly OrderedName[]>
  not_before: number | null
  not_after: number | null
  /** The id of the certificate that this one's is to replace (RFC 9773 §5). */
  replaces: string | null
  /** Never written: why an order is invalid follows from what it stands on. */
  error: Json<ProblemDocument> | null
  created_at: number
  expires_at: number
  keep_until: number
}

export interface AcmeAuthorizationTable {
  id: string
  tenant: string
  account: string
  policy: string
  /** The order it was made for. */
  order: string
  type: IdentifierType
  value: string
  wildcard: Flag
  status: AuthorizationStatus
  created_at: number
  expires_at: number
  validated_at: number | null
}

export interface AcmeChallengeTable {
  id: string
  tenant: string
  account: string
  authorization: string
  type: ChallengeType
  token: string
  status: ChallengeStatus
  error: Json<ProblemDocument> | null
  validated_at: number | null
  /** When the client said that it is ready. */
  started_at: number | null
  /** When somebody has to look at it, or look after who does: null unless it is processing. */
  due_at: number | null
  /** Whether somebody looks at it now, as far as is known: until it is due. */
  leased: Flag
  attempts: number
  /** Grows with every claim: who holds an older number holds nothing. */
  claim: number
}

/** Steps of one exchange that followed each other closely. */
export interface ExchangeTable {
  id: string
  tenant: string
  protocol: string
  authority: string
  /** Whose exchange it is, in the words of its protocol: an ACME account. */
  account: string | null
  /** What it is about: an ACME order. */
  subject: string | null
  /** Whether one of the steps was refused. */
  refused: Flag
  at: number
  steps: Json<readonly ExchangeStep[]>
}
