import { generateKeyPairSync, sign } from 'node:crypto'
import {
  algorithmIdentifier,
  assembleSigned,
  encodeCertificationRequestInfo,
  makeExtension,
  makeName,
  PublicKey,
  SubjectAltName,
} from '@chancery/x509'

const COMMON_NAME = '2.5.4.3'

/** PKCS#10 requests (DER), ECDSA P-256, each with a key and a host name of its own. */
export function certificationRequests(count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, at) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const host = `host${at}.bench.example.com`
    const info = encodeCertificationRequestInfo({
      subject: makeName([[{ type: COMMON_NAME, value: host }]]),
      publicKey: PublicKey.decode(new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))),
      extensions: [makeExtension(SubjectAltName, [{ type: 'dns', value: host }])],
    })
    return assembleSigned(info, algorithmIdentifier('ecdsa-sha256'), new Uint8Array(sign('sha256', info, privateKey)))
  })
}
