import { generateKeyPairSync } from 'node:crypto'
import {
  algorithmIdentifier,
  assembleSigned,
  encodeTbsCertificate,
  makeExtension,
  makeName,
  PublicKey,
  parseNameString,
  SubjectAltName,
} from '@chancery/x509'
import type { IndexedName } from '../../src/certificates/certificate-register.ts'
import { DAY, issue, NOW, type SampleCa } from './samples.ts'

/** By what the release before found it. */
export const HOST: IndexedName = { type: 'dns', value: 'desk.example.com' }

const signatureAlgorithm = algorithmIdentifier('ecdsa-sha256')
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
/** Its names are a host, an address in the subject, a directory name and a registered id. */
export const DESK = assembleSigned(
  encodeTbsCertificate({
    serialNumber: 1n,
    signatureAlgorithm,
    issuer: makeName(parseNameString('CN=Example CA')),
    notBefore: NOW,
    notAfter: NOW + DAY,
    publicKey: PublicKey.decode(Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }))),
    subject: makeName(parseNameString('1.2.840.113549.1.9.1=desk@example.com,O=Example')),
    extensions: [
      makeExtension(SubjectAltName, [
        { type: 'dns', value: 'desk.example.com' },
        { type: 'directoryName', value: makeName(parseNameString('CN=Front Desk,O=Example')) },
        { type: 'registeredId', value: '1.2.3.4' },
      ]),
    ],
  }),
  signatureAlgorithm,
  new Uint8Array(70).fill(3),
)

/** By what the release before did not find it. */
export const NEW_NAMES = ['desk@example.com', 'cn=front desk', 'front d', '1.2.3.'] as const

/** A certificate of many names as the release before stored it: found by its host alone. */
export async function asBefore(ca: SampleCa, intent: Parameters<typeof issue>[1] = {}): Promise<string> {
  return (await issue(ca, intent, { der: DESK, names: [HOST] })).intent.id
}
