import assert from 'node:assert/strict'
import { createHash, sign } from 'node:crypto'
import { test } from 'node:test'
import { fileMaker } from '../../../test/support/file-maker.ts'
import { needs } from '../../../test/support/system-program.ts'
import {
  algorithmIdentifier,
  DerError,
  decodeCmsSignedData,
  decodePemOrDer,
  encodeCmsCertificates,
  encodeCmsSignedData,
  encodeSignedAttributes,
  HASH_OIDS,
  makeAlgorithmIdentifier,
} from '../src/index.ts'

test('a message that nobody signed is no signed message, and neither are pieces of one', () => {
  assert.throws(() => decodeCmsSignedData(encodeCmsCertificates({ certificates: [] })), DerError)
  for (const octets of [[], [0x30, 0x00], [0x30, 0x80, 0x00], [0x04, 0x01, 0x00]]) {
    assert.throws(() => decodeCmsSignedData(Uint8Array.from(octets)), DerError)
  }
})

test(
  'a message that we sign is verified by OpenSSL, its content and its signer included',
  needs('openssl'),
  async (t) => {
    const files = await fileMaker()
    t.after(() => files.dispose())
    for (const [algorithm, digest, ...key] of [
      ['rsa-sha256', 'sha256', 'rsa:2048'],
      ['ecdsa-sha384', 'sha384', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
    ] as const) {
      const output = ['-nodes', '-subj', '/O=Example/CN=Signer', '-keyout', 'key.pem', '-out', 'crt.pem']
      await files.make('openssl', 'req', '-x509', '-newkey', ...key, ...output)
      const content = new TextEncoder().encode('line\nline\r\nend')
      const signedAttributes = encodeSignedAttributes(createHash(digest).update(content).digest())

      const message = encodeCmsSignedData({
        content,
        certificate: decodePemOrDer(await files.read('crt.pem'), 'CERTIFICATE'),
        digestAlgorithm: makeAlgorithmIdentifier(HASH_OIDS[digest]),
        signatureAlgorithm: algorithmIdentifier(algorithm),
        signedAttributes,
        signature: sign(digest, signedAttributes, String(await files.read('key.pem'))),
      })

      await files.write('message.der', message)
      const input = [
        '-verify',
        '-binary',
        '-inform',
        'DER',
        '-in',
        'message.der',
        '-CAfile',
        'crt.pem',
        '-purpose',
        'any',
      ]
      await files.make('openssl', 'cms', ...input, '-out', 'content')
      assert.deepEqual(new Uint8Array(await files.read('content')), content)
      const [signer] = decodeCmsSignedData(message).signers
      assert.deepEqual(signer?.signedAttributes?.der, signedAttributes)
    }
  },
)
