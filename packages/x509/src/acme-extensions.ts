import { DerError } from './der/der-error.ts'
import { octetString } from './der/primitives.ts'
import { mapped } from './der/structures.ts'
import type { ExtensionType } from './extensions.ts'

/**
 * acmeIdentifier, the digest that a certificate shows for the challenge tls-alpn-01 (RFC 8737 §3):
 *
 *     Authorization ::= OCTET STRING (SIZE (32))
 */
export const AcmeIdentifier: ExtensionType<Uint8Array> = {
  id: '1.3.6.1.5.5.7.1.31',
  name: 'acmeIdentifier',
  codec: mapped(octetString, of32Octets, of32Octets),
}

function of32Octets(digest: Uint8Array): Uint8Array {
  if (digest.length !== 32) throw new DerError(`the digest of a key authorization has 32 octets, not ${digest.length}`)
  return digest
}
