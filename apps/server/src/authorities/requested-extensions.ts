import { keyIdentifier } from '@chancery/keys'
import { type AuthorityRequest, previewAuthorityRequest, requestedByAuthority } from '@chancery/pki'
import {
  BasicConstraints,
  type Certificate,
  ExtendedKeyUsage,
  type Extension,
  KeyUsage,
  NameConstraints,
  type PublicKey,
  SubjectKeyIdentifier,
} from '@chancery/x509'
import type { AuthorityProfile } from './create-root.ts'

/** What a CSR can ask for of what a CA's certificate is to say. How long it is valid is said by who signs it. */
export type RequestedProfile = Omit<AuthorityProfile, 'validity'>

/** The key that a CSR of a CA is for. `keyIdentifier`: of earlier certificates of this key. */
export interface RequestedKey {
  readonly publicKey: PublicKey
  readonly keyIdentifier?: Uint8Array
}

/** Of a CA that has its name already nothing is said of it. */
type Requested = RequestedProfile & Pick<AuthorityRequest, 'subject'>

/** The extensions that the CSR of a CA asks for. Throws `Refusal` for what no CA may have. */
export function requestedExtensions(requested: Requested, key: RequestedKey, now: number): readonly Extension[] {
  return requestedByAuthority(askedOf(requested, key, now))
}

/** The same before it is asked for, with what the lints say. Throws `Refusal` for what no certificate can be made of. */
export function previewRequested(requested: Requested, key: RequestedKey, now: number) {
  return previewAuthorityRequest(askedOf(requested, key, now))
}

function askedOf(
  { subject, pathLength, keyUsage, extendedKeyUsage, nameConstraints }: Requested,
  key: RequestedKey,
  now: number,
): AuthorityRequest {
  return {
    ...(subject && { subject }),
    publicKey: key.publicKey,
    keyIdentifier: key.keyIdentifier ?? keyIdentifier(key.publicKey),
    ...(typeof pathLength === 'number' && { pathLength }),
    ...(keyUsage && { keyUsage }),
    ...(extendedKeyUsage && { extendedKeyUsage }),
    ...(nameConstraints && { nameConstraints }),
    now,
  }
}

/** The extensions of a certificate from elsewhere that the next CSR for its key asks for again, octet for octet. */
export function requestedAsBefore({ extensions }: Certificate): readonly Extension[] {
  return extensions.filter(({ id }) => ASKED_FOR.has(id))
}
const ASKED_FOR: ReadonlySet<string> = new Set(
  [SubjectKeyIdentifier, KeyUsage, ExtendedKeyUsage, BasicConstraints, NameConstraints].map(({ id }) => id),
)
