import { createHash, KeyObject, webcrypto } from 'node:crypto'
import {
  Extension,
  type JsonGeneralName,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '../../../../../../test/support/peculiar-x509.ts'
import { KEY_AUTHORIZATION } from './looking-world.ts'

/** How a certificate for tls-alpn-01 is to differ from the right one. */
export interface CertificateWish {
  readonly names?: readonly JsonGeneralName[]
  /** Of acmeIdentifier, DER; none of it where it is null. */
  readonly identifier?: Uint8Array | null
  readonly critical?: boolean
  /** Signed by another key of the same name, or by somebody of another name. */
  readonly signedBy?: 'another key' | 'another name'
}

/** Key and certificate in PEM. */
export interface ServerIdentity {
  readonly key: string
  readonly cert: string
}

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const NAME = 'CN=challenge'

/** A certificate as clients make it for tls-alpn-01, made by another library than the one that reads it. */
export async function selfSigned(wish: CertificateWish = {}): Promise<ServerIdentity> {
  const { names = [{ type: 'dns', value: 'www.example.com' }], critical = true, signedBy } = wish
  const identifier = wish.identifier === undefined ? digestOf(KEY_AUTHORIZATION) : wish.identifier
  const keys = await webcrypto.subtle.generateKey(P256, true, ['sign', 'verify'])
  const others = await webcrypto.subtle.generateKey(P256, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.create({
    subject: NAME,
    issuer: signedBy === 'another name' ? 'CN=somebody' : NAME,
    publicKey: keys.publicKey,
    signingKey: signedBy === undefined ? keys.privateKey : others.privateKey,
    signingAlgorithm: P256,
    extensions: [
      ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension([...names])]),
      ...(identifier === null ? [] : [new Extension('1.3.6.1.5.5.7.1.31', critical, new Uint8Array(identifier))]),
    ],
  })
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString()
  return { key, cert: certificate.toString('pem') }
}

/** The value of acmeIdentifier for a key authorization, DER. */
export function digestOf(keyAuthorization: string): Uint8Array {
  return Buffer.concat([Buffer.from([0x04, 0x20]), createHash('sha256').update(keyAuthorization).digest()])
}
