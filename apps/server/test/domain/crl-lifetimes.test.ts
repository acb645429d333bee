import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeCertificateList, encodePem } from '@chancery/x509'
import { needs } from '../../../../test/support/system-program.ts'
import { type ImportAuthority, importAuthority } from '../../src/authorities/import-authority.ts'
import { revoke } from '../../src/revocation/revoke.ts'
import { changeTemplate, createTemplate, findTemplate } from '../../src/templates/templates.ts'
import {
  type Ca,
  csrFor,
  intermediateOf,
  issued,
  issueTo,
  pemOf,
  requestFor,
  rootOf,
  starterProfile,
  stateOf,
} from '../support/authorities.ts'
import { awayKeys } from '../support/faults.ts'
import { opensslCa } from '../support/openssl-ca.ts'
import { publishedCrl } from '../support/published.ts'
import { refreshCrls, takeUp } from '../support/rounds.ts'
import { type World, world } from '../support/world.ts'

const DAY = 86_400_000

/** How many days the CRL of a CA lives that is published now, what was due being done. */
async function daysOf(here: World, ca: Pick<Ca, 'generation'>): Promise<number> {
  await refreshCrls(here)
  const { thisUpdate, nextUpdate } = decodeCertificateList(await publishedCrl(here, ca))
  return ((nextUpdate ?? 0) - thisUpdate) / DAY
}

/** How many days the next CRL of a CA is going to live. */
async function nextDays(here: World, ca: Pick<Ca, 'authority'>): Promise<number> {
  return (await here.installation.crlRefresh.certifiesOnlyAuthorities(here.tenant, ca.authority.id)) ? 180 : 7
}

async function setEnabled({ domain, act }: World, { id }: { readonly id: string }, enabled: boolean): Promise<void> {
  const template = await findTemplate(id, domain.templates)
  await changeTemplate(template, template.revision, { enabled }, true, act(), domain.templates)
}

function addTemplate({ domain, act }: World, { authority }: Pick<Ca, 'authority'>, starter: string, name = starter) {
  const profile = starterProfile(starter)
  const asked = { authority: authority.id, name, description: '', enabled: true, profile }
  return createTemplate(asked, true, act(), domain.templates)
}

/** A CA whose one template issues to nobody any more. */
async function retiredRoot(here: World): Promise<Ca> {
  const root = await rootOf(here)
  await setEnabled(here, root.template, false)
  return root
}

test('the CRLs of a CA that certifies CAs alone live 180 days, and those of others 7', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const ca = await intermediateOf(here, root)
  const fresh = [await daysOf(here, root), await daysOf(here, ca)]

  await setEnabled(here, root.template, false)
  here.advance(4 * DAY)

  assert.deepEqual(fresh, [7, 7])
  assert.deepEqual([await daysOf(here, root), await daysOf(here, ca)], [180, 7])
})

test('a CA of which neither a template nor a certificate says that it makes CAs is taken for none that does', async (t) => {
  const here = await world(t)
  const root = await retiredRoot(here)

  const before = await nextDays(here, root)
  await addTemplate(here, root, 'Certificate Authority')

  assert.deepEqual([before, await nextDays(here, root)], [7, 180])
})

test('a template that is disabled while its certificates live changes no lifetime, be they revoked or not', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  await intermediateOf(here, root)
  const short = { ...(await requestFor('short.example.com')), validity: { days: 30 } }
  const { id } = await issued(here, root, short)
  await setEnabled(here, root.template, false)

  const alive = await nextDays(here, root)
  await revoke({ certificate: id, reason: 'superseded' }, here.act(), here.domain.stores.revocations)
  const revoked = await nextDays(here, root)
  here.advance(31 * DAY)

  assert.deepEqual([alive, revoked, await nextDays(here, root)], [7, 7, 180])
})

test('what waits for its signature counts as what it will be', async (t) => {
  const keys = awayKeys()
  const here = await world(t, { wrapStores: keys.wrapStores })
  const root = await rootOf(here)
  await intermediateOf(here, root)
  keys.takeAway(root.generation.id)
  await issueTo(here, root)
  await setEnabled(here, root.template, false)

  const waiting = await nextDays(here, root)
  here.advance(2 * 3_600_000)
  await takeUp(here)

  assert.deepEqual([waiting, await nextDays(here, root)], [7, 180], 'given up, it counts no more')
})

test('each of many templates counts, also one that 200 others come before', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  await intermediateOf(here, root)
  for (let number = 0; number < 200; number++) await addTemplate(here, root, 'Certificate Authority', `CAs ${number}`)

  const enabled = await nextDays(here, root)
  await setEnabled(here, root.template, false)

  assert.deepEqual([enabled, await nextDays(here, root)], [7, 180])
})

test('where a CA begins to certify others, the CRL that was to live long is replaced within the quarter of an hour', async (t) => {
  const here = await world(t)
  const root = await retiredRoot(here)
  await intermediateOf(here, root)
  const long = await daysOf(here, root)
  here.advance(DAY)

  await setEnabled(here, root.template, true)

  assert.deepEqual([long, await daysOf(here, root)], [180, 7])
})

test(
  'of a CA that was imported, its past has to be known, and may hold nothing that lives and of which the serial alone is',
  needs('openssl'),
  async (t) => {
    const outer = await opensslCa(t)
    const sign = async () => outer.sign(encodePem('CERTIFICATE REQUEST', csrFor('sub.example.com')))
    await outer.revoke(await sign(), 'superseded')
    const past = { key: outer.key, certificate: pemOf(outer.certificate), crl: await outer.crl() }
    await sign()
    const index = await outer.read('index.txt')
    const daysWith = async (asked: ImportAuthority) => {
      const here = await world(t)
      const { domain, act } = here
      const ca = await stateOf(domain, await importAuthority(asked, act(), domain.authorities))
      await setEnabled(here, ca.template, false)
      await addTemplate(here, ca, 'Certificate Authority')
      return nextDays(here, ca)
    }

    assert.equal(await daysWith(past), 7)
    assert.equal(await daysWith({ ...past, historyComplete: true }), 180, 'what is revoked for good says nothing')
    assert.equal(await daysWith({ ...past, index, historyComplete: true }), 7)
  },
)
