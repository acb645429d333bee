import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKey, keyPool } from '@chancery/keys'
import type { StoredIssuer } from '../../src/issuers/issuer-store.ts'
import { openIssuers } from '../../src/issuers/issuers.ts'

test('the open key of a generation is forgotten when the stored one is gone', async () => {
  const turns = keyPool().for('tenant')
  const { pkcs8, publicKey } = await generateKey('ecdsa-p256', turns)
  const { sealedKey, ...gone } = storedWith(publicKey.der)
  let stored: StoredIssuer = { ...gone, sealedKey }
  let version = 1
  let opened = 0
  const { generation } = openIssuers({
    tenant: 'tenant',
    store: { version: async () => version, activeIssuer: async () => undefined, generation: async () => stored },
    sealer: {
      seal: () => assert.fail('nothing is sealed'),
      open: () => {
        opened++
        return Uint8Array.from(pkcs8)
      },
      rewrap: () => assert.fail('nothing is sealed anew'),
      isCurrent: () => true,
    },
    turns,
    publicUrl: 'http://pki.example',
    now: () => 0,
  })
  const sign = async () => (await generation('generation')).sign(undefined, new Uint8Array(4), 'crl')
  const change = (next: StoredIssuer) => {
    stored = next
    version++
  }

  await sign()
  change({ ...gone, sealedKey })
  await sign()
  assert.equal(opened, 1, 'a change of anything else leaves the key open')
  change(gone)
  await assert.rejects(sign(), { name: 'KeyUnavailable' })
  change({ ...gone, sealedKey })
  await sign()
  assert.equal(opened, 2)
})

test('a generation that is gone signs nothing more, open as its key was', async () => {
  const turns = keyPool().for('tenant')
  const { pkcs8, publicKey } = await generateKey('ecdsa-p256', turns)
  let stored: StoredIssuer | undefined = storedWith(publicKey.der)
  let version = 1
  const issuers = openIssuers({
    tenant: 'tenant',
    store: { version: async () => version, activeIssuer: async () => stored, generation: async () => stored },
    sealer: {
      seal: () => assert.fail('nothing is sealed'),
      open: () => Uint8Array.from(pkcs8),
      rewrap: () => assert.fail('nothing is sealed anew'),
      isCurrent: () => true,
    },
    turns,
    publicUrl: 'http://pki.example',
    now: () => 0,
  })
  await (await issuers.generation('generation')).sign(undefined, new Uint8Array(4), 'crl')

  stored = undefined
  version++

  await assert.rejects(issuers.generation('generation'), { code: 'not-found', message: /no such generation/ })
  await assert.rejects(issuers.active('authority'), { code: 'not-found', message: /no such CA/ })
})

function storedWith(publicKey: Uint8Array): StoredIssuer & { readonly sealedKey: Uint8Array } {
  const of = { tenant: 'tenant', publicId: 'public', createdAt: 0 }
  return {
    authority: {
      ...of,
      id: 'authority',
      name: 'A',
      status: 'active',
      cps: '',
      settings: { serviceCertificates: {}, crl: { delta: false } },
      revision: 1,
    },
    generation: {
      ...of,
      id: 'generation',
      authority: 'authority',
      number: 1,
      status: 'active',
      keyType: 'ecdsa-p256',
      keyOrigin: 'generated',
      publicKey,
      csr: new Uint8Array(),
      historyKnown: true,
    },
    certificates: [],
    chain: [],
    waysUp: [],
    sealedKey: new Uint8Array(1),
  }
}
