import assert from 'node:assert/strict'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { AuthorityKeyIdentifier, decodeCertificate, findExtension, PublicKey } from '@chancery/x509'
import { orderCsr } from './order-csr.ts'
import { b64, type TestClient, type TestKey } from './test-client.ts'

/** A certificate for these names, which are approved or proven, with the key that it is for. */
export async function issuedOrder(who: TestClient, ...names: readonly string[]) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' })
  const key: TestKey = {
    alg: 'ES256',
    privateKey,
    jwk: { crv: String(crv), kty: String(kty), x: String(x), y: String(y) },
  }
  const spki = PublicKey.decode(Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' })))
  const order = await who.order(...names)
  const csr = orderCsr({ names, key: { privateKey, publicKey: spki } })
  const done = await who.post(order.body.finalize, { csr })
  assert.equal(done.body.status, 'valid', done.text)
  const url = String(done.body.certificate)
  const { raw } = new X509Certificate((await who.show(url)).text)
  return { id: url.split('/').at(-1) ?? '', url, order: order.body, der: raw, certificate: b64(raw), key }
}

/** The name of a certificate in renewal information, RFC 9773 §4.1. */
export function certIdOf(der: Uint8Array): string {
  const { serialNumber, extensions } = decodeCertificate(Uint8Array.from(der))
  const hex = serialNumber.toString(16)
  const even = hex.length % 2 === 0 ? hex : `0${hex}`
  const serial = Buffer.from(Number.parseInt(even.slice(0, 2), 16) >= 0x80 ? `00${even}` : even, 'hex')
  const keyIdentifier = findExtension(extensions, AuthorityKeyIdentifier)?.keyIdentifier ?? new Uint8Array()
  return `${b64(keyIdentifier)}.${b64(serial)}`
}
