import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { after, test } from 'node:test'
import type { ExchangePart, ExchangeStep } from '../../../src/exchanges/exchange-log.ts'
import { countRuns } from './counted-runs.ts'

// Before anything of the protocol is loaded: what is counted is counted from the beginning.
const counted = await countRuns()

const { acmeWorld } = await import('./acme-world.ts')
const { betweenSteps } = await import('./between-steps.ts')
const { ACCOUNTS } = await import('./refusals/accounts.ts')
const { FINALIZE } = await import('./refusals/finalize.ts')
const { ORDERS } = await import('./refusals/orders.ts')
const { REVOCATIONS } = await import('./refusals/revocations.ts')
const { SIGNED_REQUESTS } = await import('./refusals/signed-requests.ts')
const { UNFULFILLABLE } = await import('./refusals/unfulfillable.ts')

const ROWS = [...SIGNED_REQUESTS, ...ACCOUNTS, ...ORDERS, ...UNFULFILLABLE, ...FINALIZE, ...REVOCATIONS]

const between = betweenSteps()
const acme = await acmeWorld({ after, fullName: 'refusals' }, { wrapStores: between.wrapStores })
const policy = await acme.newPolicy()
const world = {
  acme,
  policy,
  client: await policy.client(),
  other: await policy.client(),
  meanwhile: between.meanwhile,
  change: async (
    { policy: { id, settings }, domain }: typeof policy,
    change: Partial<typeof settings>,
  ): Promise<void> => {
    const record = { act: acme.act(), action: 'acme-policy.change', object: { type: 'acme-policy', id } }
    await domain.acmePolicies.store.update(id, 1, { settings: { ...settings, ...change } }, record)
  },
}

/** What was noted since this moment, of everybody. */
async function notedSince(at: number): Promise<readonly (ExchangeStep & Pick<ExchangePart, 'account'>)[]> {
  await acme.settled()
  const { items } = await acme.stores.for(acme.tenant).exchanges.list({}, { limit: 20 })
  return items
    .flatMap(({ account, steps }) => steps.map((step) => ({ ...step, ...(account !== undefined && { account }) })))
    .filter((step) => step.at >= at)
}

for (const { what, as, words, nobodys, ask } of ROWS)
  test(`refused, and told to the administrator in the same words: ${what}`, async () => {
    acme.advance(10)
    const from = acme.now()

    const { body, text, headers } = await ask(world)

    assert.equal(body?.type, `urn:ietf:params:acme:error:${as}`, text)
    assert.match(body.detail, words)
    assert.equal(headers['content-type'], 'application/problem+json')
    const told = (await notedSince(from)).filter(({ refused, problem }) => refused === true && problem === as)
    const parts: readonly { readonly detail: string }[] = body.subproblems ?? []
    const isTold = told.some(
      ({ said }) => said.startsWith(body.detail) && parts.every(({ detail }) => said.includes(detail)),
    )
    assert.equal(isTold, nobodys === undefined, `${body.detail}\n${JSON.stringify(told, undefined, 1)}`)
  })

test('no address fills a trace with requests that nobody signed', async () => {
  const from = '198.51.100.77'
  for (let at = 0; at < 320; at++) await acme.send('GET', world.client.directory.newOrder, { from })

  const noted = (await acme.steps()).filter((step) => step.from === from)

  assert.equal(noted.length, 300)
})

test('an IPv6 client is one, whichever address of its network it comes from, and its neighbours are others', async () => {
  const ask = (from: string) => acme.send('GET', world.client.directory.newOrder, { from })
  for (let at = 1; at <= 320; at++) await ask(`2001:db8:77:1::${at.toString(16)}`)
  await ask('2001:db8:77:2::1')

  const froms = (await acme.steps()).map(({ from }) => from ?? '')

  assert.equal(froms.filter((from) => from.startsWith('2001:db8:77:1::')).length, 300)
  assert.equal(froms.filter((from) => from.startsWith('2001:db8:77:2::')).length, 1)
})

/** What the protocol writes by, and is refused by. */
const STORES = ['acme-account-store', 'acme-order-finalizer', 'acme-order-store'].map((name) => `store/${name}.ts`)

/** Where a refusal is thrown that no row can bring about, and why not. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "throw malformed('A part is missing.')": 'for the compiler: whatever is missing was refused one by one',
  "if (found === undefined) throw notFound('challenge')": 'an authorization is found by a challenge that it has',
  "if (done.result === 'overtaken')": 'two changes of a key at the same moment',
}

test('every place of the protocol that refuses is in the table', async () => {
  const folder = new URL('../../../src/protocols/acme/', import.meta.url)
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'))
  const { missed, reached } = await counted.places(
    [...files.map((file) => `protocols/acme/${file}`), ...STORES],
    /\b(throw (?!error\b|new Error\b)|return rejected\()/,
  )

  const isElsewhere = (site: string) => Object.keys(ELSEWHERE).some((text) => site.includes(text))
  assert.deepEqual(
    missed.filter((site) => !isElsewhere(site)),
    [],
    'no row brings this about',
  )
  assert.ok(reached.length > 70, `${reached.length}`)
  for (const text of Object.keys(ELSEWHERE))
    assert.ok(
      missed.some((site) => site.includes(text)),
      `it is not there, or a row brings it about: ${text}`,
    )
})
