import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serialToHex } from '@chancery/x509'
import { needs } from '../../../../test/support/system-program.ts'
import { changeAuthority } from '../../src/authorities/change-authority.ts'
import type { AuthoritySettings } from '../../src/issuers/authority.ts'
import { REVOCATION_REASONS, revoke, unrevoke } from '../../src/revocation/revoke.ts'
import { type Ca, issued, requestFor, rootOf } from '../support/authorities.ts'
import { opensslCrl, opensslText } from '../support/openssl.ts'
import { publishedCrl } from '../support/published.ts'
import { refreshCrls } from '../support/rounds.ts'
import { START, type World, world } from '../support/world.ts'

const HOUR = 3_600_000
const SECOND = 1000
const DAY = 86_400_000
const withOpenssl = needs('openssl')
const REASON_TEXTS = [
  '',
  'Key Compromise',
  'CA Compromise',
  'Affiliation Changed',
  'Superseded',
  'Cessation Of Operation',
  'Certificate Hold',
  'Privilege Withdrawn',
  'AA Compromise',
]

const settings = (crl: Partial<AuthoritySettings['crl']>): AuthoritySettings => ({
  serviceCertificates: {},
  crl: { delta: false, ...crl },
})
const serialOf = ({ certificate }: { certificate: { serialNumber: bigint } }) =>
  serialToHex(certificate.serialNumber).toUpperCase()
const read = async (here: World, ca: Ca, which = {}) =>
  opensslCrl(await publishedCrl(here, ca, which), ca.certificate.der)
const say = (here: World, certificate: string, reason: (typeof REVOCATION_REASONS)[number], invalidityAt?: number) =>
  revoke(
    { certificate, reason, ...(invalidityAt !== undefined && { invalidityAt }) },
    here.act(),
    here.domain.stores.revocations,
  )
const next = async (here: World, milliseconds = 11 * SECOND) => {
  here.advance(milliseconds)
  await refreshCrls(here)
}

test('a CRL says every reason as OpenSSL reads it, and none for unspecified', withOpenssl, async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const expected = new Map<string, string>()
  for (const [at, reason] of REVOCATION_REASONS.entries()) {
    const one = await issued(here, root, await requestFor(`host-${at}.example.com`))
    await say(here, one.id, reason, reason === 'keyCompromise' ? START - DAY : undefined)
    expected.set(serialOf(one), REASON_TEXTS[at] ?? '')
  }
  await issued(here, root)

  await refreshCrls(here)
  const crl = await read(here, root)

  assert.deepEqual(new Map([...crl.entries].sort()), new Map([...expected].sort()))
  assert.match(crl.text, /Invalidity Date: \n\s+May 31 12:00:00 2026 GMT/)
  assert.match(crl.text, /Last Update: Jun {2}1 12:00:00 2026 GMT\n\s+Next Update: Jun {2}8 12:00:00 2026 GMT/)
  assert.equal(crl.number, START / 1000)
  await here.checkInvariants()
})

test('a revocation makes a CRL at once, and the next at least ten seconds after it', withOpenssl, async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const [one, two] = [await issued(here, root), await issued(here, root)]
  await refreshCrls(here)
  const first = await read(here, root)
  await next(here, 60 * SECOND)
  assert.equal((await read(here, root)).number, first.number, 'nothing changed: no new one')

  await say(here, one.id, 'superseded')
  await refreshCrls(here)
  const second = await read(here, root)
  await say(here, two.id, 'superseded')
  await next(here, 9 * SECOND)
  const tooSoon = await read(here, root)
  await next(here, SECOND)
  const third = await read(here, root)

  assert.deepEqual(
    [first, second, tooSoon, third].map(({ entries }) => entries.size),
    [0, 1, 1, 2],
  )
  assert.equal(third.number, second.number + 10)
  await here.checkInvariants()
})

test('an unchanged CRL is renewed at half its life, which settings may choose', withOpenssl, async (t) => {
  const here = await world(t)
  const weekly = await rootOf(here, 'Weekly')
  const hourly = await rootOf(here, 'Hourly', { settings: settings({ validityHours: 2 }) })
  await refreshCrls(here)
  const numbers = async () => [(await read(here, weekly)).number, (await read(here, hourly)).number]
  const [first = 0, second = 0] = await numbers()

  await next(here, 3600 * SECOND - 1)
  assert.deepEqual(await numbers(), [first, second])
  await next(here, 1)
  assert.deepEqual(await numbers(), [first, second + 3600])
  await next(here, 3.5 * DAY - 3600 * SECOND)
  assert.deepEqual((await numbers())[0], first + 3.5 * 86_400)
})

test(
  'a hold ends, becomes a revocation, and any reason can be sharpened to keyCompromise alone',
  withOpenssl,
  async (t) => {
    const here = await world(t)
    const root = await rootOf(here)
    const { id, certificate } = await issued(here, root)
    const of = serialOf({ certificate })
    const shown = async () => {
      await next(here)
      return (await read(here, root)).entries.get(of)
    }
    const conflict = { code: 'conflict' }
    const end = () => unrevoke(id, here.act(), here.domain.stores.revocations)

    await assert.rejects(end(), conflict)
    await say(here, id, 'certificateHold')
    assert.equal(await shown(), 'Certificate Hold')
    await assert.rejects(say(here, id, 'certificateHold'), conflict)
    await end()
    assert.equal(await shown(), undefined)
    await assert.rejects(end(), conflict)
    await say(here, id, 'certificateHold')
    await say(here, id, 'superseded')
    const revokedAt = here.now()
    assert.equal(await shown(), 'Superseded')
    for (const reason of ['superseded', 'unspecified', 'certificateHold', 'cACompromise'] as const) {
      await assert.rejects(say(here, id, reason), conflict)
    }
    await assert.rejects(end(), conflict)
    await assert.rejects(say(here, id, 'keyCompromise', here.now() + 1), { code: 'malformed' })
    await say(here, id, 'keyCompromise', START - DAY)
    assert.equal(await shown(), 'Key Compromise')
    await assert.rejects(say(here, id, 'keyCompromise'), conflict)
    await assert.rejects(say(here, 'nothing', 'superseded'), { code: 'not-found' })

    const { revocation } = (await here.domain.stores.certificates.find(id)) ?? {}
    assert.deepEqual(
      revocation,
      { revokedAt, reason: 1, invalidityAt: START - DAY },
      'the moment of the first revocation stays',
    )
    await here.checkInvariants()
  },
)

test('an entry leaves after one CRL that was issued past its expiry', withOpenssl, async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const short = await issued(here, root, { ...(await requestFor('short.example.com')), validity: { days: 2 } })
  const long = await issued(here, root)
  await say(here, short.id, 'superseded')
  await say(here, long.id, 'superseded')
  const named = async () => {
    await refreshCrls(here)
    return new Set((await read(here, root)).entries.keys())
  }

  assert.ok((await named()).has(serialOf(short)))
  here.advance(4 * DAY)
  assert.deepEqual(
    await named(),
    new Set([serialOf(short), serialOf(long)]),
    'the first past its expiry still names it',
  )
  here.advance(4 * DAY)
  assert.deepEqual(await named(), new Set([serialOf(long)]))
})

test('with partitions each certificate names its own CRL, and the whole one names all', withOpenssl, async (t) => {
  const here = await world(t)
  const root = await rootOf(here, 'Root', { settings: settings({ partitions: 3 }) })
  const hosts = Array.from({ length: 8 }, (_, at) => `host-${at}.example.com`)
  const made = await Promise.all(hosts.map(async (host) => issued(here, root, await requestFor(host))))
  for (const { id } of made) await say(here, id, 'superseded')
  const texts = await Promise.all(made.map(({ certificate }) => opensslText('x509', certificate.der)))

  await refreshCrls(here)
  const whole = await read(here, root)
  assert.equal(whole.entries.size, 8)
  assert.doesNotMatch(whole.text, /Issuing Distribution Point/)
  const partitions = await here.stores.system.crls.partitions(root.generation.id)
  let named = 0
  for (const partition of partitions) {
    const part = await read(here, root, { partition })
    const address = `http://pki.example.com/crl/${root.generation.publicId}/${partition}.crl`
    assert.match(part.text, new RegExp(`Issuing Distribution Point: critical\\n\\s+Full Name:\\n\\s+URI:${address}\\n`))
    for (const [at, one] of made.entries()) {
      assert.equal(part.entries.has(serialOf(one)), texts[at]?.includes(address), `partition ${partition}`)
    }
    named += part.entries.size
  }
  assert.equal(named, 8)
  assert.ok(partitions.length > 1 && partitions.every((partition) => partition >= 1 && partition <= 3))
  await here.checkInvariants()
})

test('a delta names what changed since the whole CRL, ended holds among it', withOpenssl, async (t) => {
  const here = await world(t)
  const root = await rootOf(here, 'Root', { settings: settings({ delta: true }) })
  const [before, held, after] = [await issued(here, root), await issued(here, root), await issued(here, root)]
  await say(here, before.id, 'superseded')
  await say(here, held.id, 'certificateHold')
  await refreshCrls(here)
  const base = await read(here, root)
  const empty = await read(here, root, { delta: true })

  await say(here, after.id, 'keyCompromise')
  await unrevoke(held.id, here.act(), here.domain.stores.revocations)
  await next(here)
  const delta = await read(here, root, { delta: true })

  assert.match(
    base.text,
    new RegExp(
      `Freshest CRL: \\n\\s+Full Name:\\n\\s+URI:http://pki.example.com/crl/${root.generation.publicId}/delta.crl`,
    ),
  )
  assert.deepEqual([base.entries.size, empty.entries.size], [2, 0])
  assert.deepEqual(
    new Map([...delta.entries].sort()),
    new Map(
      [
        [serialOf(after), 'Key Compromise'],
        [serialOf(held), 'Remove From CRL'],
      ].sort() as [string, string][],
    ),
  )
  assert.match(delta.text, new RegExp(`Delta CRL Indicator: critical\\n\\s+${base.number}\\n`))
  assert.ok(delta.number > empty.number && empty.number > base.number, 'one sequence of numbers')
  assert.equal((await read(here, root)).number, base.number, 'the whole one stays for an hour')
  await next(here, HOUR)
  const whole = await read(here, root)
  assert.deepEqual([...whole.entries.keys()].sort(), [serialOf(before), serialOf(after)].sort())
  assert.equal((await read(here, root, { delta: true })).entries.size, 0)
  await here.checkInvariants()
})

test('deltas that are switched on or off are told of by a new whole CRL at once', withOpenssl, async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const switchTo = async (delta: boolean) => {
    const authority = (await here.domain.stores.authorities.find(root.authority.id)) ?? root.authority
    await changeAuthority(authority, { settings: () => settings({ delta }) }, here.act(), here.domain.authorities)
    await next(here)
  }
  await refreshCrls(here)

  await switchTo(true)
  assert.match((await read(here, root)).text, /Freshest CRL/)
  const { id } = await issued(here, root)
  await say(here, id, 'superseded')
  await next(here)
  assert.deepEqual(
    [(await read(here, root)).entries.size, (await read(here, root, { delta: true })).entries.size],
    [0, 1],
  )
  await switchTo(false)
  assert.equal((await read(here, root)).entries.size, 1)
  assert.doesNotMatch((await read(here, root)).text, /Freshest CRL/)
  await switchTo(true)
  assert.match((await read(here, root)).text, /Freshest CRL/)
  await here.checkInvariants()
})
