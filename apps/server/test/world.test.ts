import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needs } from '../../../test/support/system-program.ts'
import { createRoot } from '../src/authorities/create-root.ts'
import { enroll } from '../src/enrollment/enroll.ts'
import { readCsr } from '../src/enrollment/read-csr.ts'
import { revoke } from '../src/revocation/revoke.ts'
import { opensslCsr } from './support/requests.ts'
import { ACCOUNT, world } from './support/world.ts'

test(
  'a CA issues a certificate for a CSR of OpenSSL, revokes it, and names it in its CRL',
  needs('openssl'),
  async (t) => {
    const { domain, act, stores, checkInvariants } = await world(t)
    const authority = await createRoot(
      { subject: [{ type: 'commonName', value: 'Example Root' }] },
      act(),
      domain.authorities,
    )
    const { items } = await domain.stores.templates.list({ authority: authority.id }, { limit: 10 })
    const [template] = items
    assert.ok(template)

    const request = await readCsr((await opensslCsr()).csr)
    const evidence = { by: 'api-token', account: ACCOUNT, token: 'a-token' } as const
    const outcome = await enroll({ request, evidence, template }, act(), domain.door)
    assert.equal(outcome.state, 'issued')
    await revoke({ certificate: outcome.id, reason: 'superseded' }, act(), domain.stores.revocations)

    const revoked = await stores.for(domain.tenant).certificates.find(outcome.id)
    assert.equal(revoked?.revocation?.reason, 4)
    await checkInvariants()
  },
)
