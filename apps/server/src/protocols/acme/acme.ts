import type { AcmePolicy } from '../../acme-policies/acme-policy.ts'
import type { BindingKey } from '../../acme-policies/bindings.ts'
import type { Door } from '../../enrollment/enroll.ts'
import type { JudgeUnkeyed } from '../../enrollment/judge-names.ts'
import type { RecordExchange } from '../../exchanges/record-exchanges.ts'
import type { Issuers } from '../../issuers/issuers.ts'
import type { RevocationLedger } from '../../revocation/revocation-ledger.ts'
import type { TemplateStore } from '../../templates/template-store.ts'
import type { Account, AccountStore, AcmeDoor, TenantPolicy } from './account-store.ts'
import type { AuthorizationStore } from './authorization-store.ts'
import type { ChallengeValidation } from './challenge-validation.ts'
import type { PublicJwk } from './jwk.ts'
import type { VerifySignature } from './jws.ts'
import type { Nonces } from './nonces.ts'
import type { OrderStore } from './order-store.ts'
import type { Pace } from './pace.ts'
import type { ValidationJob } from './pending-challenges.ts'
import type { Heard } from './receive.ts'

/** What the protocol stands on. */
export interface Acme {
  /** The https address of people and clients, without a slash at its end. */
  readonly url: string
  readonly door: AcmeDoor
  readonly domainOf: (tenant: string) => AcmeDomain
  readonly bindingKey: BindingKey
  readonly nonces: Nonces
  readonly verifySignature: VerifySignature
  readonly pace: Pace
  readonly validation: Pick<ChallengeValidation, 'newCaaCheck' | 'whyNever'>
  readonly job: Pick<ValidationJob, 'wake' | 'looked' | 'lookNow'>
  readonly record: RecordExchange
  readonly now: () => number
  readonly newId: () => string
  readonly random: (byteCount: number) => Uint8Array
  /** Whether an error means that trying later may help. */
  readonly isUnavailable: (error: unknown) => boolean
  /** Told of what failed, with the reference that the client was given. */
  readonly report: (error: unknown, reference: string) => void
}

/** What it needs of one tenant. */
export interface AcmeDomain {
  readonly stores: {
    readonly acmeAccounts: AccountStore
    readonly acmeOrders: OrderStore
    readonly acmeAuthorizations: AuthorizationStore
    readonly revocations: RevocationLedger
    readonly templates: Pick<TemplateStore, 'find'>
  }
  readonly issuers: Issuers
  readonly judgeUnkeyed: JudgeUnkeyed
  readonly door: Door
  readonly patience: () => AbortSignal
}

/** A request of which nothing is known but where it came to, and from where. */
export interface Arrived {
  /** What all addresses of its directory begin with. */
  readonly base: string
  /** The policy whose own directory it came to; absent: the shared one. */
  readonly own?: TenantPolicy
  /** Its whole address. */
  readonly url: string
  readonly address: string
  readonly params: Readonly<Record<string, string>>
  /** As it came, without `?`. */
  readonly query: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** A request that is signed by the key of an account. */
export interface AccountRequest extends Arrived {
  readonly account: Account
  readonly policy: AcmePolicy
  readonly domain: AcmeDomain
  /** Absent: a POST-as-GET (RFC 8555 §6.3). */
  readonly payload: object | undefined
  /** Told of what it is, as soon as that is known. */
  readonly hear: (heard: Pick<Heard, 'order'>) => void
}

/** A request that is signed by the key that it carries. */
export interface KeyRequest extends Arrived {
  readonly jwk: PublicJwk
  readonly payload: object
  /** Told of whom it is, as soon as that is known. */
  readonly hear: (heard: Heard) => void
}

/** What a handler answers. */
export interface AcmeAnswer {
  readonly status: 200 | 201
  /** JSON. */
  readonly body?: object
  /** In place of `body`: a chain of certificates. */
  readonly pem?: string
  readonly location?: string
  /** Beside the one to the directory, as `Link` writes them. */
  readonly links?: readonly string[]
  readonly retryAfterSeconds?: number
  /** In a line, for the trace. */
  readonly said: string
  /** The type of the problem that what is shown became invalid by: in the trace it counts as refused. */
  readonly problem?: string
  /** The order it is about. */
  readonly order?: string
}
