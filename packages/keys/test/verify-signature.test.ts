import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { once } from 'node:events'
import { test } from 'node:test'
import { algorithmIdentifier, PublicKey, type SignatureAlgorithm } from '@chancery/x509'
import { batchThread } from '../src/batch-thread.ts'
import { verifySignature } from '../src/verify-signature.ts'
import { verifyThread } from '../src/verify-thread.ts'

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

test('a thread that ends leaves nobody waiting', async () => {
  const [one] = CASES
  assert.ok(one)
  const check = { spki: one.publicKey.der, hash: 'sha256', options: {}, message: MESSAGE, signature: one.signature }
  const thread = verifyThread(new URL('data:text/javascript,throw new Error("as if")'))

  const warned = once(process, 'warning')

  const answers = await Promise.all([thread.ask(check), thread.ask(check)])

  assert.deepEqual(answers, [undefined, undefined])
  assert.match(String(await warned), /a thread ended.*as if/)
  assert.equal(await thread.ask(check), undefined)
})

test('a thread checks as this one does', async () => {
  const thread = verifyThread()
  const quick = CASES.filter(({ algorithm }) => algorithm === 'ecdsa-sha256')

  const verdicts = await Promise.all(
    quick.map(({ publicKey, signature }) =>
      thread.ask({ spki: publicKey.der, hash: 'sha256', options: {}, message: MESSAGE, signature }),
    ),
  )

  assert.deepEqual(
    verdicts,
    quick.map(({ said }) => said),
  )
})

test('a question that cannot be copied is refused, and the thread goes on', async () => {
  const thread = batchThread<unknown, unknown>(
    new URL(
      `data:text/javascript,${encodeURIComponent("import { parentPort } from 'node:worker_threads'; parentPort.on('message', (list) => parentPort.postMessage(list))")}`,
    ),
  )

  await assert.rejects(
    thread.ask(() => {}),
    /could not be cloned/,
  )
  assert.deepEqual(await Promise.all([thread.ask(1), thread.ask('two')]), [1, 'two'])
  const many = Array.from({ length: 30 }, (_, at) => (at === 15 ? () => {} : at))
  const answers = await Promise.allSettled(many.map((one) => thread.ask(one)))
  const refused = answers.flatMap(({ status }, at) => (status === 'rejected' ? [at] : []))
  assert.deepEqual(refused, [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23], 'those of its message')
  for (const [at, answer] of answers.entries()) {
    if (answer.status === 'fulfilled') assert.equal(answer.value, at)
  }
})
