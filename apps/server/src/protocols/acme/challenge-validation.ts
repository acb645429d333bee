import type { ChallengeType, Identifier } from '@chancery/pki'

/**
 * The port between the protocol and those who look at the world for it: `validation/` implements it, and knows neither accounts nor
 * orders nor the store. Time, network and resolver are given to the implementation, not to each call.
 */
export interface ChallengeValidation {
  /**
   * Looks once whether the challenge is fulfilled. Never throws for what the world answers, says or does: that is a result. Returns
   * soon after `signal` is aborted, with a failure that says how long was waited. Costs little whatever comes back.
   */
  validate(challenge: ChallengeToValidate, signal: AbortSignal): Promise<ValidationResult>
  /**
   * Begins to look at CAA for the names of one order. For names that were approved beforehand, and before a certificate is made of an
   * authorization that is hours old; `validate` asks itself.
   */
  newCaaCheck(): CheckCaa
  /**
   * Why nobody at an address could ever prove it, because this server connects to none such: `is in a private network`. Nothing
   * where a proof can be looked at. It asks nobody.
   */
  whyNever(address: string): Promise<string | undefined>
}

/**
 * Looks whether CAA records (RFC 8659, RFC 8657) let one of `identities` issue. Nothing is asked for an IP address, nor when there are no
 * identities: that is a success without steps. What was asked for one name is not asked again for another: those of an order mostly have
 * their parents in common. So all questions of a check have one signal, and it is not kept for another order.
 */
export type CheckCaa = (question: CaaQuestion, signal: AbortSignal) => Promise<ValidationResult>

/** Whom the policy of an order lets issue, and which names it takes. */
export interface ValidationSettings {
  /** Issuer domain names (RFC 8659 §4.2); empty: CAA is not asked, and `dns-persist-01` is not offered. */
  readonly caaIdentities: readonly string[]
  /** Whether names that no public resolver knows are taken: `.internal`, `home.arpa`, single labels. */
  readonly homeLabNames: boolean
}

export interface ChallengeToValidate {
  /** Without `*.`: see `wildcard`. */
  readonly identifier: Identifier
  /** Whether the authorization is for `*.` and the identifier. Only `dns-01` and `dns-persist-01` come with it. */
  readonly wildcard: boolean
  readonly type: ChallengeType
  /** As in the challenge object, base64url; empty for `dns-persist-01`. */
  readonly token: string
  /** `token.thumbprint` (RFC 8555 §8.1) of the account's key as it is now; empty for `dns-persist-01`. */
  readonly keyAuthorization: string
  /** Of the account's key as it is now: RFC 7638, base64url. A record of `dns-persist-01` may be bound to it. */
  readonly thumbprint: string
  /** The URL of the account: what `accounturi` of CAA (RFC 8657 §3) and of `dns-persist-01` must name. */
  readonly accountUri: string
  readonly settings: ValidationSettings
  /** When this attempt begins, milliseconds since the epoch: `persistUntil` of `dns-persist-01` is compared with it. */
  readonly now: number
}

export interface CaaQuestion {
  readonly identifier: Identifier
  readonly wildcard: boolean
  /** What `validationmethods` (RFC 8657 §4) must name; absent for a name that was approved beforehand, which no method proved. */
  readonly method?: ChallengeType
  readonly accountUri: string
  readonly identities: readonly string[]
}

export type ValidationResult =
  | {
      readonly result: 'valid'
      readonly steps: readonly ValidationStep[]
      /** The proof says so itself: nothing is to be made of it after this time, milliseconds since the epoch. */
      readonly until?: number
    }
  | {
      readonly result: 'failed'
      readonly error: ValidationError
      /** Whether the same question may have another answer soon: a record that is not there yet, a listener that does not answer. */
      readonly worthRetry: boolean
      readonly steps: readonly ValidationStep[]
    }

/** What a challenge shows as its `error`, RFC 8555 §6.7 without the prefix `urn:ietf:params:acme:error:`. */
export interface ValidationError {
  readonly type: ValidationErrorType
  /**
   * For the client and the administrator: exactly what was asked, what came back and what to change, at most 1,000 characters of
   * printable text. Says of answers no more than the outbound rules let a trace say, and names no address of a network that is not
   * public, nor the resolver: those stand in the steps.
   */
  readonly detail: string
}
export const VALIDATION_ERROR_TYPES = [
  'caa',
  'connection',
  'dns',
  'incorrectResponse',
  'rejectedIdentifier',
  'serverInternal',
  'tls',
  'unauthorized',
] as const
export type ValidationErrorType = (typeof VALIDATION_ERROR_TYPES)[number]

/** One question to the world and its answer, for the trace of an administrator alone. Each text at most 300 characters; at most 50 steps. */
export interface ValidationStep {
  /** e.g. `TXT _acme-challenge.example.com`, `GET http://example.com/.well-known/acme-challenge/…`. */
  readonly asked: string
  /** Whom: an address with its port. */
  readonly from: string
  /** e.g. `NXDOMAIN`, `302 to https://example.com/`, `connection refused`. */
  readonly cameBack: string
  /** Milliseconds it took. */
  readonly tookMs: number
}
