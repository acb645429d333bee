import type { Draft } from './draft.ts'
import type { Grant } from './grant.ts'
import type { Issuer } from './issuer.ts'

/** What a draft takes from neither grant nor issuer. */
export interface Fill {
  /** 128 random bits, positive. */
  readonly serialNumber: bigint
  /** The subjectKeyIdentifier of the certified key. */
  readonly keyIdentifier: Uint8Array
  /** Milliseconds since the epoch. */
  readonly now: number
}

/**
 * The certificate that a grant and an issuer make, before it is encoded. Throws `Refusal`: `not-permitted` (a validity that
 * cannot be given), `issuer-inactive` (the issuer has expired), `name-not-allowed` (a name that cannot be encoded).
 */
export function fillTemplate(_grant: Pick<Grant, 'profile' | 'request'>, _issuer: Issuer, _fill: Fill): Draft {
  throw new Error('not written yet')
}
