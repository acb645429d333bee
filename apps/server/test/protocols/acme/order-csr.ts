import { createPublicKey, sign } from 'node:crypto'
import {
  algorithmIdentifier,
  assembleSigned,
  encodeCertificationRequestInfo,
  type GeneralName,
  makeExtension,
  makeName,
  PublicKey,
  SubjectAltName,
} from '@chancery/x509'
import { type RequesterKey, requesterKey } from '../../support/authorities.ts'
import { b64, type TestKey } from './test-client.ts'

export interface OrderCsr {
  readonly names: readonly string[]
  readonly commonName?: string
  readonly organization?: string
  readonly others?: readonly GeneralName[]
  readonly key?: RequesterKey
}

/** The `csr` of a finalize: base64url of a PKCS#10 for these names; addresses are told from host names. */
export function orderCsr({ names, commonName, organization, others = [], key = requesterKey() }: OrderCsr): string {
  const san = [...names.map(nameOf), ...others]
  const info = encodeCertificationRequestInfo({
    subject: makeName([
      ...(organization === undefined ? [] : [[{ type: '2.5.4.10', value: organization }]]),
      ...(commonName === undefined ? [] : [[{ type: '2.5.4.3', value: commonName }]]),
    ]),
    publicKey: key.publicKey,
    extensions: san.length === 0 ? [] : [makeExtension(SubjectAltName, san, false)],
  })
  const signature = Uint8Array.from(sign('sha256', info, key.privateKey))
  return b64(assembleSigned(info, algorithmIdentifier('ecdsa-sha256'), signature))
}

/** A key of a JWS as one that a CSR is for. */
export function requesterOf({ privateKey }: TestKey): RequesterKey {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  return { privateKey, publicKey: PublicKey.decode(Uint8Array.from(spki)) }
}

function nameOf(value: string): GeneralName {
  return { type: /^[\d.]+$|:/.test(value) ? 'ip' : 'dns', value }
}
