import { generateKeyPair, type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import type { CertificateRequest } from '@chancery/pki'
import {
  algorithmIdentifier,
  assembleSigned,
  attributeTypeOid,
  encodeCertificationRequestInfo,
  type GeneralName,
  makeExtension,
  makeName,
  PublicKey,
  SubjectAltName,
} from '@chancery/x509'
import { readCsr } from '../enrollment/read-csr.ts'
import type { Holder } from './holders.ts'

/** A key of a holder, made in the way of holders: outside the installation. */
export interface HolderKey {
  readonly privateKey: KeyObject
  readonly publicKey: PublicKey
}

const generate = promisify(generateKeyPair)

export async function newHolderKey(): Promise<HolderKey> {
  const { privateKey, publicKey } = await generate('ec', { namedCurve: 'P-256' })
  const der = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }))
  return { privateKey, publicKey: PublicKey.decode(der) }
}

type Named = Pick<Holder, 'subject' | 'names'>

/** What a program asks for, whose key was proved where it came in. */
export function programsRequest({ subject, names }: Named, { publicKey }: HolderKey): CertificateRequest {
  return { publicKey, subject, subjectAltNames: names.map(generalName), extensions: [] }
}

/** What somebody asks for by a PKCS#10. */
export function csrRequest(
  { subject, names }: Named,
  { privateKey, publicKey }: HolderKey,
): Promise<CertificateRequest> {
  const info = encodeCertificationRequestInfo({
    subject: makeName(subject.map(({ type, value }) => [{ type: attributeTypeOid(type) ?? type, value }])),
    publicKey,
    extensions: names.length === 0 ? [] : [makeExtension(SubjectAltName, names.map(generalName), false)],
  })
  const signature = Uint8Array.from(sign('sha256', info, privateKey))
  return readCsr(assembleSigned(info, algorithmIdentifier('ecdsa-sha256'), signature))
}

function generalName({ type, value }: Named['names'][number]): GeneralName {
  if (type !== 'dns' && type !== 'email') throw new TypeError('holders are known by host or address')
  return { type, value }
}
