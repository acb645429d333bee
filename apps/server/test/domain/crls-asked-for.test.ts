import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needs } from '../../../../test/support/system-program.ts'
import { changeAuthority } from '../../src/authorities/change-authority.ts'
import { currentCrls } from '../../src/revocation/current-crl.ts'
import { rootOf } from '../support/authorities.ts'
import { opensslCrl } from '../support/openssl.ts'
import { publishedCrl } from '../support/published.ts'
import { refreshCrls } from '../support/rounds.ts'
import { world } from '../support/world.ts'

const HOUR = 3_600_000

const settings = (delta: boolean) => ({ serviceCertificates: {}, crl: { delta } })

test('whoever asks for a CRL before its first refresh, or during it, gets the one that its deltas start from', async (t) => {
  for (const delta of [true, false]) {
    const here = await world(t)
    const root = await rootOf(here, 'Root', { settings: settings(delta) })
    const whole = { generation: root.generation.id, partition: 0, delta: false }
    const ask = (which = whole) => here.installation.crls.current(which, here.tenant)

    const [asked] = await Promise.all([ask(), refreshCrls(here), ask({ ...whole, delta })])
    await refreshCrls(here)

    assert.deepEqual(await here.stores.system.crls.latest(whole), asked, 'one is enough')
    if (!delta) continue
    const number = (await ask({ ...whole, delta }))?.number ?? 0
    assert.ok(asked && number > asked.number)
    here.advance(HOUR)
    await refreshCrls(here)
    assert.equal((await ask({ ...whole, delta }))?.number, number)
  }
})

test(
  'deltas that were switched on are told of by the whole CRL, though somebody asked for one before the refresh',
  needs('openssl'),
  async (t) => {
    const here = await world(t)
    const root = await rootOf(here)
    await refreshCrls(here)
    const authority = (await here.domain.stores.authorities.find(root.authority.id)) ?? root.authority
    await changeAuthority(authority, { settings: () => settings(true) }, here.act(), here.domain.authorities)

    await here.installation.crls.current({ generation: root.generation.id, partition: 0, delta: true }, here.tenant)
    await refreshCrls(here)

    assert.match((await opensslCrl(await publishedCrl(here, root), root.certificate.der)).text, /Freshest CRL/)
    await here.checkInvariants()
  },
)

test('a whole CRL is given though its delta could not be made, and that is reported', async (t) => {
  const here = await world(t)
  const root = await rootOf(here, 'Root', { settings: settings(true) })
  const { crlRefresh } = here.installation
  const reports: unknown[] = []
  const { current } = currentCrls({
    ...crlRefresh,
    crls: {
      ...crlRefresh.crls,
      publish: async (crl, ...rest) => {
        if (crl.delta) throw new Error('no room')
        await crlRefresh.crls.publish(crl, ...rest)
      },
    },
    report: (error) => reports.push(error),
  })

  const crl = await current({ generation: root.generation.id, partition: 0, delta: false }, here.tenant)

  assert.equal(crl?.delta, false)
  assert.deepEqual(reports.map(String), ['Error: no room'])
})
