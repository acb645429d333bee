/** Something that has to come back soon: the state of a provider's login, the challenge of a passkey, a half-done sign-in. */
export interface Challenge {
  readonly id: string
  /** A hash: what comes back is hashed and compared. */
  readonly identifier: string
  readonly sealedValue: Uint8Array
  readonly createdAt: number
  readonly expiresAt: number
}

export interface ChallengeStore {
  put(challenge: Challenge): Promise<void>
  /** The newest of an identifier. */
  find(identifier: string): Promise<Challenge | undefined>
  /** Removes and returns one: of several who ask at once, one gets it. */
  take(id: string): Promise<Challenge | undefined>
  /** Removes those of an identifier that are not younger than a moment, except one. */
  dropOthers(identifier: string, except: string, until: number): Promise<number>
  drop(identifier: string): Promise<void>
  forget(now: number): Promise<number>
}
