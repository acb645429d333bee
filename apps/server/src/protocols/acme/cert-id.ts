import { AuthorityKeyIdentifier, decodeCertificate, findExtension, serialToHex } from '@chancery/x509'
import type { AcmeDoor, FoundCertificate } from './account-store.ts'
import { decodeBase64url } from './jwk.ts'

/**
 * The certificate that a CertID names, RFC 9773 §4.1: the key identifier of its issuer, a dot, and the octets of its serial number, both
 * in base64url. `undefined` for one that is not there, and for what is no CertID. `of`: only of this CA.
 */
export async function certificateByCertId(
  certId: string,
  of: { readonly tenant: string; readonly authority: string } | undefined,
  { certificatesBySerial }: Pick<AcmeDoor, 'certificatesBySerial'>,
): Promise<FoundCertificate | undefined> {
  const [, issuer, serial] = certId.length > 200 ? [] : (/^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/.exec(certId) ?? [])
  const [keyIdentifier, octets] = [decodeBase64url(issuer ?? ''), decodeBase64url(serial ?? '')]
  if (!keyIdentifier?.length || !octets?.length || octets.length > 21) return undefined
  // Content octets of a DER INTEGER, no longer than need be. Some clients leave the zero out that makes it positive; no serial is negative.
  if (octets.length > 1 && octets[0] === 0 && (octets[1] ?? 0) < 0x80) return undefined
  const found = await certificatesBySerial(serialToHex(BigInt(`0x${octets.toString('hex')}`)), of)
  return found.find(({ der }) => issuerOf(der)?.toHex() === keyIdentifier.toString('hex'))
}

function issuerOf(der: Uint8Array): Uint8Array | undefined {
  return findExtension(decodeCertificate(der).extensions, AuthorityKeyIdentifier)?.keyIdentifier
}
