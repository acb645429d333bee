import { keyIdentifier } from '@chancery/keys'
import { requestedByAuthority } from '@chancery/pki'
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

/**
 * The extensions that the CSR of a CA asks for. `keyIdentifier`: of earlier certificates of this key. Throws `Refusal` for what no
 * CA may have.
 */
export function requestedExtensions(
  { pathLength, keyUsage, extendedKeyUsage, nameConstraints }: RequestedProfile,
  key: { readonly publicKey: PublicKey; readonly keyIdentifier?: Uint8Array },
  now: number,
): readonly Extension[] {
  return requestedByAuthority({
    publicKey: key.publicKey,
    keyIdentifier: key.keyIdentifier ?? keyIdentifier(key.publicKey),
    ...(typeof pathLength === 'number' && { pathLength }),
    ...(keyUsage && { keyUsage }),
    ...(extendedKeyUsage && { extendedKeyUsage }),
    ...(nameConstraints && { nameConstraints }),
    now,
  })
}

/** The extensions of a certificate from elsewhere that the next CSR for its key asks for again, octet for octet. */
export function requestedAsBefore({ extensions }: Certificate): readonly Extension[] {
  return extensions.filter(({ id }) => ASKED_FOR.has(id))
}
const ASKED_FOR: ReadonlySet<string> = new Set(
  [SubjectKeyIdentifier, KeyUsage, ExtendedKeyUsage, BasicConstraints, NameConstraints].map(({ id }) => id),
)
