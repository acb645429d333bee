import type { OrderedIdentifier } from '@chancery/pki'
import type { Page, PageRequest } from '../../tenants/page.ts'
import type { Authorization } from './authorization-store.ts'

/**
 * What is stored of an order's state. An `open` one is pending, ready or invalid by what it stands on; of a `finalized` one the certificate
 * under its id tells the rest: an intent, issued, or abandoned. So nothing has to follow anything, and no crash leaves two truths.
 */
export type OrderState = 'open' | 'finalized'

/** A name of an order, and what authorizes it. */
export interface OrderedName extends OrderedIdentifier {
  /** Absent: the policy approves it beforehand, and the authorization is part of the order. */
  readonly authorization?: string
  /** Of a name approved beforehand: its client gave the authorization back. */
  readonly isDeactivated?: true
}

export interface Order {
  /** The id of its certificate too: an order is finalized once, because an id is an issuance once. */
  readonly id: string
  readonly account: string
  readonly policy: string
  readonly template: string
  readonly profile?: string
  readonly state: OrderState
  readonly names: readonly OrderedName[]
  readonly notBefore?: number
  readonly notAfter?: number
  /** What it said that it replaces, and the id of that certificate. */
  readonly replaces?: Replaced
  readonly createdAt: number
  readonly expiresAt: number
}

/** An order as it is written first. */
export interface NewOrder extends Order {
  /** Until when it is kept, whatever becomes of it. */
  readonly keepUntil: number
}

export interface Replaced {
  readonly certificate: string
  /** As the client named it, RFC 9773 §4.1. */
  readonly certId: string
}

/** An order with all that decides what it is now. */
export interface KnownOrder extends Order {
  /** Those of its names, as far as they have one of their own. In a list a finalized order has none. */
  readonly authorizations: readonly Authorization[]
  /** What became of it, once it is finalized. */
  readonly issuance?:
    | { readonly state: 'intent' }
    | { readonly state: 'issued' }
    | { readonly state: 'abandoned'; readonly reason: string }
}

export interface OrderCertificate {
  readonly der: Uint8Array
  readonly generation: string
}

/** Of one tenant. What is of another account than the one named is not there. */
export interface OrderStore {
  /**
   * Writes an order with the authorizations that are made for it. Throws `Refusal` 'conflict' when another order that is not invalid
   * replaces the same certificate.
   */
  open(order: NewOrder, authorizations: readonly Authorization[]): Promise<void>
  find(account: string, id: string): Promise<KnownOrder | undefined>
  /** The certificate of an order, once it is issued. */
  certificate(account: string, id: string): Promise<OrderCertificate | undefined>
  /** Newest first, whatever became of them, as long as they are kept. */
  list(account: string, page: PageRequest): Promise<Page<KnownOrder>>
  /** Gives a name of an open order back that was approved beforehand. False: the order is open no more. */
  deactivateName(account: string, id: string, position: number): Promise<boolean>
}
