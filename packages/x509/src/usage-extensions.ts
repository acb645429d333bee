import type { Infer } from './der/codec.ts'
import { type Oid, oid } from './der/oid.ts'
import { boolean, namedBits, nothing, smallInteger } from './der/primitives.ts'
import { oneOrMore, optional, sequence, withDefault } from './der/structures.ts'
import type { ExtensionType } from './extensions.ts'

/** What a key may be used for, and what a certificate may be used as. */

/** The bits of KeyUsage in their order (RFC 5280 §4.2.1.3). X.509 now says contentCommitment for nonRepudiation. */
export const KEY_USAGE_BITS = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const
export type KeyUsageBit = (typeof KEY_USAGE_BITS)[number]

/** keyUsage, the bits that are set (RFC 5280 §4.2.1.3). */
export const KeyUsage: ExtensionType<readonly KeyUsageBit[]> = {
  id: '2.5.29.15',
  name: 'keyUsage',
  codec: namedBits(KEY_USAGE_BITS),
}

/** Purposes with a name: RFC 5280 §4.2.1.12, RFC 4945 (IPsec), RFC 9336 (documents), RFC 6962 §3.1, and Microsoft's. */
export const EXTENDED_KEY_USAGES = {
  anyExtendedKeyUsage: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  ipsecEndSystem: '1.3.6.1.5.5.7.3.5',
  ipsecTunnel: '1.3.6.1.5.5.7.3.6',
  ipsecUser: '1.3.6.1.5.5.7.3.7',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  OCSPSigning: '1.3.6.1.5.5.7.3.9',
  ipsecIKE: '1.3.6.1.5.5.7.3.17',
  documentSigning: '1.3.6.1.5.5.7.3.36',
  precertificateSigning: '1.3.6.1.4.1.11129.2.4.4',
  msCodeInd: '1.3.6.1.4.1.311.2.1.21',
  msCodeCom: '1.3.6.1.4.1.311.2.1.22',
  msCTLSign: '1.3.6.1.4.1.311.10.3.1',
  msEFS: '1.3.6.1.4.1.311.10.3.4',
  msDocumentSigning: '1.3.6.1.4.1.311.10.3.12',
  msEnrollmentAgent: '1.3.6.1.4.1.311.20.2.1',
  msSmartcardLogin: '1.3.6.1.4.1.311.20.2.2',
} as const satisfies Readonly<Record<string, Oid>>
export type ExtendedKeyUsageName = keyof typeof EXTENDED_KEY_USAGES

const purposeNames = new Map<Oid, string>(Object.entries(EXTENDED_KEY_USAGES).map(([name, id]) => [id, name]))

/** The name of a purpose, or the identifier itself when it has none here. */
export function extendedKeyUsageName(id: Oid): string {
  return purposeNames.get(id) ?? id
}

/** extKeyUsage (RFC 5280 §4.2.1.12). */
export const ExtendedKeyUsage: ExtensionType<readonly Oid[]> = {
  id: '2.5.29.37',
  name: 'extKeyUsage',
  codec: oneOrMore(oid),
}

const BasicConstraintsSyntax = sequence({ ca: withDefault(boolean, false), pathLength: optional(smallInteger) })

/**
 * basicConstraints (RFC 5280 §4.2.1.9)
 *
 *     BasicConstraints ::= SEQUENCE {
 *          cA                      BOOLEAN DEFAULT FALSE,
 *          pathLenConstraint       INTEGER (0..MAX) OPTIONAL }
 */
export const BasicConstraints: ExtensionType<BasicConstraints> = {
  id: '2.5.29.19',
  name: 'basicConstraints',
  codec: BasicConstraintsSyntax,
}
export type BasicConstraints = Infer<typeof BasicConstraintsSyntax>

/** id-pkix-ocsp-nocheck on an OCSP responder's certificate; its value is NULL (RFC 6960 §4.2.2.2.1). */
export const OcspNoCheck: ExtensionType<null> = { id: '1.3.6.1.5.5.7.48.1.5', name: 'ocspNoCheck', codec: nothing }

/** The TLS extension `status_request`: "staple an OCSP answer" (RFC 6066 §8). */
export const TLS_FEATURE_STATUS_REQUEST = 5

/** tlsFeature, numbers of TLS extensions that a server must offer (RFC 7633). */
export const TlsFeature: ExtensionType<readonly number[]> = {
  id: '1.3.6.1.5.5.7.1.24',
  name: 'tlsFeature',
  codec: oneOrMore(smallInteger),
}
