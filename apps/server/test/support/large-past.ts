import { createPrivateKey, sign } from 'node:crypto'
import type { TestContext } from 'node:test'
import { assembleSigned, encodePem, encodeTbsCertificate } from '@chancery/x509'
import { csrFor, pemOf } from './authorities.ts'
import { certificateOf, opensslCa } from './openssl-ca.ts'

/** A CA of OpenSSL's that has issued so many certificates, in PEM. */
export async function withLargePast(t: TestContext, count: number) {
  const outer = await opensslCa(t, { subject: '/CN=Old CA' })
  const csr = encodePem('CERTIFICATE REQUEST', csrFor('host.example.com'))
  const { signatureAlgorithm, ...fields } = certificateOf(
    await outer.sign(csr, { extensions: ['basicConstraints=CA:FALSE'] }),
  )
  const key = createPrivateKey(outer.key)
  const certificate = (at: number) => {
    const tbs = encodeTbsCertificate({ ...fields, signatureAlgorithm, serialNumber: (1n << 100n) + BigInt(at) })
    return encodePem('CERTIFICATE', assembleSigned(tbs, signatureAlgorithm, Uint8Array.from(sign('sha256', tbs, key))))
  }
  const certificates = Array.from({ length: count }, (_, at) => certificate(at)).join('')
  return { key: outer.key, certificate: pemOf(outer.certificate), certificates }
}
