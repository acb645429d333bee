import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileMaker } from '../../../test/support/file-maker.ts'
import { needs } from '../../../test/support/system-program.ts'
import { browserCrypto } from '../src/index.ts'
import { DERIVED, pkcs12Kdf, pkcs12Password } from '../src/pkcs12-kdf.ts'

test('RFC 7292 Appendix B: keys, IVs and MAC keys as OpenSSL derives them', needs('openssl'), async (t) => {
  const files = await fileMaker()
  t.after(() => files.dispose())
  const salt = Buffer.from('0a58cf64530d823f', 'hex')
  for (const [hash, digest, id, octets] of [
    ['sha1', 'SHA1', DERIVED.key, 24],
    ['sha256', 'SHA256', DERIVED.macKey, 32],
    ['sha512', 'SHA512', DERIVED.iv, 100],
    ['sha384', 'SHA384', DERIVED.key, 77],
  ] as const) {
    const password = pkcs12Password('smeg')
    const options = { pass: password.toHex(), salt: salt.toString('hex'), iter: '77', id: `${id}`, digest }
    const kdfopts = [`hexpass:${options.pass}`, `hexsalt:${options.salt}`, 'iter:77', `id:${id}`, `digest:${digest}`]
    await files.make(
      'openssl',
      'kdf',
      '-keylen',
      `${octets}`,
      ...kdfopts.flatMap((option) => ['-kdfopt', option]),
      '-binary',
      '-out',
      'derived',
      'PKCS12KDF',
    )

    const derived = await pkcs12Kdf(hash, id, password, salt, 77, octets, browserCrypto)

    assert.equal(derived.toHex(), (await files.read('derived')).toString('hex'))
  }
})
