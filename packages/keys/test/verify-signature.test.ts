import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { test } from 'node:test'
import { algorithmIdentifier, PublicKey, type SignatureAlgorithm } from '@chancery/x509'
import { type BatchThread, batchThread } from '../src/batch-thread.ts'
import { verifySignature } from '../src/verify-signature.ts'
import { type SignatureCheck, verifyThread } from '../src/verify-thread.ts'
import { workThread } from '../src/work-thread.ts'
import { onlyOnThread } from './only-on-thread.ts'

const MESSAGE = new TextEncoder().encode('what is signed')

interface Case {
  readonly said: boolean
  readonly publicKey: PublicKey
  readonly algorithm: SignatureAlgorithm
  readonly signature: Uint8Array
}

function publicKeyOf(key: KeyObject): PublicKey {
  return PublicKey.decode(new Uint8Array(key.export({ type: 'spki', format: 'der' })))
}

function casesOf(
  algorithm: SignatureAlgorithm,
  hash: string | null,
  make: () => { publicKey: KeyObject; privateKey: KeyObject },
): Case[] {
  const [own, other] = [make(), make()]
  const signature = new Uint8Array(sign(hash, MESSAGE, own.privateKey))
  const changed = signature.slice()
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
  const publicKey = publicKeyOf(own.publicKey)
  return [
    { said: true, publicKey, algorithm, signature },
    { said: false, publicKey, algorithm, signature: changed },
    { said: false, publicKey, algorithm, signature: signature.subarray(1) },
    { said: false, publicKey, algorithm, signature: new Uint8Array() },
    { said: false, publicKey: publicKeyOf(other.publicKey), algorithm, signature },
  ]
}

const CASES: readonly Case[] = [
  ...casesOf('ecdsa-sha256', 'sha256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })),
  ...casesOf('ed25519', null, () => generateKeyPairSync('ed25519')),
  ...casesOf('rsa-sha256', 'sha256', () => generateKeyPairSync('rsa', { modulusLength: 2048 })),
  ...casesOf('ecdsa-sha384', 'sha384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })),
  ...noPoints(),
]

/** Keys that are no points of their curve. */
function noPoints(): Case[] {
  return casesOf('ecdsa-sha256', 'sha256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })).map((one) => {
    const der = one.publicKey.der.slice()
    der.fill(0xff, der.length - 32)
    return { ...one, said: false, publicKey: PublicKey.decode(der) }
  })
}

const verdictOf = ({ publicKey, algorithm, signature }: Case) =>
  verifySignature(publicKey, algorithmIdentifier(algorithm), MESSAGE, signature)

test('signatures are checked one by one', async () => {
  for (const one of CASES) assert.equal(await verdictOf(one), one.said, one.algorithm)
})

test('many at once have the same verdicts, each its own', async () => {
  const many = [...CASES, ...CASES.toReversed(), ...CASES]

  const verdicts = await Promise.all(many.map(verdictOf))

  assert.deepEqual(
    verdicts,
    many.map(({ said }) => said),
  )
})

test('a key of one type is none for the algorithm of another, however many ask', async () => {
  const [ec] = CASES
  const rsa = CASES.find(({ algorithm }) => algorithm === 'rsa-sha256')
  assert.ok(ec && rsa)

  const verdicts = await Promise.all(Array.from({ length: 8 }, () => verdictOf({ ...rsa, publicKey: ec.publicKey })))

  assert.deepEqual(verdicts, Array(8).fill(false))
})

const PROGRAM = new URL('../src/verify-program.ts', import.meta.url)
const work = workThread(undefined, Number.POSITIVE_INFINITY)
const WAYS: Readonly<Record<string, BatchThread<SignatureCheck, boolean>>> = {
  'the thread': onlyOnThread(batchThread(PROGRAM, () => work)),
  'the event loop': { ask: async ({ here }) => here() },
}
for (const [way, thread] of Object.entries(WAYS)) {
  test(`${way} says of each signature what it is`, async () => {
    const check = verifyThread(thread)
    const quick = CASES.filter(({ algorithm }) => algorithm === 'ecdsa-sha256')
    const many = [...quick, ...quick]
    const verdicts = await Promise.all(
      many.map(({ publicKey, signature }) => check([publicKey.der, 'sha256', {}, MESSAGE, signature])),
    )

    assert.deepEqual(
      verdicts,
      many.map(({ said }) => said),
    )
  })
}
