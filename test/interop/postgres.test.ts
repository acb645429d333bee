import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CertificateSummary } from '@chancery/api'
import { type Postgres, startPostgres } from '../support/postgres.ts'
import { type RunningChancery, runChancery } from '../support/running-chancery.ts'
import { chainUnder, JUDGES, nodeAndPeculiarAccept, programsAccept } from './chain-checks.ts'
import { makeAuthority } from './programs/chancery-api.ts'
import { opensslAsksOcsp } from './programs/openssl.ts'
import { revoke, serialNumberOf, untilCrl } from './programs/revocation.ts'

let postgres: Postgres
let chancery: RunningChancery
before(async () => {
  postgres = await startPostgres()
  chancery = await runChancery({ databaseUrl: postgres.url })
})
after(async () => {
  await chancery.stop()
  await postgres.stop()
})

test('on PostgreSQL a chain is accepted, revoked, and all of it is there after kill -9', JUDGES, async (t) => {
  const root = await makeAuthority(chancery, { name: 'Root', keyType: 'ecdsa-p384' })
  const issuing = await makeAuthority(chancery, { name: 'Issuing', keyType: 'rsa-2048', parent: root })
  const leaf = { keyType: 'ecdsa-p256', requester: 'certtool', form: 'requested extensions' } as const
  const chain = await chainUnder(t, chancery, issuing, leaf)
  await programsAccept(chain)
  await nodeAndPeculiarAccept(chain)

  await revoke(chancery, chain, { reason: 'superseded' })
  await chancery.restart('SIGKILL')

  assert.match(await opensslAsksOcsp(chain.bench, chain.files), /leaf\.pem: revoked/)
  await untilCrl(chain, (text) => text.includes(serialNumberOf(chain)))
  const { items } = await chancery.api<{ items: readonly CertificateSummary[] }>('GET', '/certificates?status=revoked')
  assert.deepEqual(
    items.map(({ id }) => id),
    [chain.id],
  )
  const next = await chainUnder(t, chancery, issuing, { ...leaf, host: 'next.example.com' })
  assert.equal(next.files.certificates[0]?.checkHost('next.example.com'), 'next.example.com')
})

test('the address that a server prints leads a browser to the console', JUDGES, async () => {
  const page = await fetch(chancery.origin)

  assert.equal(page.status, 200)
  assert.equal(page.url, `${chancery.origin}/console`)
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/)
})
