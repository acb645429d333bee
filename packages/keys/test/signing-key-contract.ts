import assert from 'node:assert/strict'
import { verify } from 'node:crypto'
import { test } from 'node:test'
import { algorithmFits, algorithmIdentifier, type SignatureAlgorithm } from '@chancery/x509'
import { KEY_USES, type SigningKey, verifySignature } from '../src/index.ts'
import { nodeSignature } from '../src/verify-signature.ts'

/** An implementation of `SigningKey` under test. */
export interface SigningKeyCase {
  /** Stands in front of the test titles. */
  readonly name: string
  readonly algorithm: SignatureAlgorithm
  /** Opens the same key each time it is called. */
  readonly open: () => Promise<SigningKey>
  /** A signature takes long: one is enough. */
  readonly slow?: boolean
}

/** What every implementation of `SigningKey` must do; each runs this suite. */
export function testSigningKey({ name, algorithm, open, slow = false }: SigningKeyCase): void {
  test(`${name}: a signature verifies by node:crypto and by verifySignature`, async () => {
    const key = await open()
    const message = new TextEncoder().encode('what is signed')

    const signature = await key.sign(message, 'certificate')

    assert.equal(key.algorithm, algorithm)
    assert.ok(algorithmFits(key.algorithm, key.publicKey))
    assert.ok(verifiesByNode(key, message, signature))
    assert.ok(await verifySignature(key.publicKey, algorithmIdentifier(algorithm), message, signature))
    assert.ok(!(await verifySignature(key.publicKey, algorithmIdentifier(algorithm), message.slice(1), signature)))
  })

  test(`${name}: a signal that is aborted already stops a signature before it begins`, async () => {
    const key = await open()

    const signing = key.sign(new Uint8Array(1), 'certificate', AbortSignal.abort(new Error('enough')))

    await assert.rejects(signing, /enough/)
  })

  if (slow) return

  test(`${name}: the whole message is signed, empty or large, for every use`, async () => {
    const key = await open()
    const messages = [new Uint8Array(), new Uint8Array(2 * (1 << 20) + 5).fill(7)]

    for (const [at, use] of KEY_USES.entries()) {
      const message = messages[at % messages.length] ?? new Uint8Array()
      const signature = await key.sign(message, use)
      assert.ok(verifiesByNode(key, message, signature), use)
      assert.ok(await verifySignature(key.publicKey, algorithmIdentifier(algorithm), message, signature), use)
    }
  })

  test(`${name}: many signatures at once each belong to their message`, async () => {
    const key = await open()
    const messages = Array.from({ length: 20 }, (_, at) => new Uint8Array(40).fill(at))

    const signatures = await Promise.all(messages.map((message) => key.sign(message, 'ocsp-response')))

    for (const [at, message] of messages.entries()) {
      const signature = signatures[at] ?? new Uint8Array()
      assert.ok(await verifySignature(key.publicKey, algorithmIdentifier(algorithm), message, signature))
    }
  })
}

/** In one call and without our code: what is signed in parts must be the same signature. */
function verifiesByNode({ publicKey, algorithm }: SigningKey, message: Uint8Array, signature: Uint8Array): boolean {
  const { hash, options } = nodeSignature(algorithm)
  return verify(hash, message, { key: Buffer.from(publicKey.der), format: 'der', type: 'spki', ...options }, signature)
}
