import { AsyncLocalStorage } from 'node:async_hooks'
import type { SignedIn } from '../accounts/session-of.ts'
import type { SignInWay } from '../accounts/session-store.ts'

/** The call that better-auth works on: what its rows do not say. */
export interface SignInCall {
  /** Which of its endpoints, without parameters: `/callback`. */
  readonly path: string
  /** The provider to which this call leads, or that leads back by it. */
  readonly provider?: string
  /** The code of a second factor. */
  readonly code?: string
  readonly address: string
  readonly userAgent: string
  /** Who has a session already, and how they came by it. */
  readonly current?: SignedIn & { readonly way: SignInWay }
  /** An account that is made by this call: stored with its identity, or not at all. */
  pending?: PendingAccount
  /** What went wrong below better-auth, which would hide it. */
  failure?: unknown
  /** Whose second factor was tried. */
  tried?: string
}

export interface PendingAccount {
  readonly id: string
  readonly email: string
  readonly name: string
}

const calls = new AsyncLocalStorage<SignInCall>()

/** Runs what better-auth does for a call. */
export function duringCall<T>(call: SignInCall, work: () => Promise<T>): Promise<T> {
  return calls.run(call, work)
}

/** The call that runs now. */
export function currentCall(): SignInCall {
  const call = calls.getStore()
  if (call === undefined) throw new Error('sign-in was used outside a call')
  return call
}
