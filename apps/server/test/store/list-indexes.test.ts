import assert from 'node:assert/strict'
import { after, mock, test } from 'node:test'
import { type CompiledQuery, sql } from 'kysely'
import type { CertificateFilter } from '../../src/certificates/certificate-register.ts'
import { SqliteConnection } from '../../src/store/sqlite/connection.ts'
import { createCa, issue, NOW, recordIn, type SampleCa, sampleRequest, setUp } from '../support/samples.ts'
import { openSqliteStores } from '../support/stores.ts'

const { stores, database, close } = await openSqliteStores()
after(close)
const ca = await something()

/** A sort of what was read, a walk through a whole table, an index made for one query: all grow with what is stored. */
const GROWS = /USE TEMP B-TREE|SCAN (?!live$|\d+-ROW VALUES)|AUTOMATIC/m

const LISTS: Readonly<Record<string, () => Promise<unknown>>> = {
  ...Object.fromEntries(filters().map((filter) => [`certificates by ${said(filter)}`, () => pages(filter)])),
  authorities: () => two((page) => ca.stores.authorities.list(page)),
  'templates of the tenant': () => two((page) => ca.stores.templates.list({}, page)),
  'templates of a CA': () => two((page) => ca.stores.templates.list({ authority: ca.authority.id }, page)),
  requests: () => two((page) => ca.stores.requests.list({}, page)),
  'requests of a CA': () => two((page) => ca.stores.requests.list({ authority: ca.authority.id }, page)),
  'requests by status': () => two((page) => ca.stores.requests.list({ status: 'pending' }, page)),
  'requests of a CA by status': () =>
    two((page) => ca.stores.requests.list({ status: 'pending', authority: ca.authority.id }, page)),
  'requests of a template by status': () =>
    two((page) => ca.stores.requests.list({ status: 'pending', template: ca.template.id }, page)),
  'certificates that end': () => ca.stores.figures.ending(ca.authority.id, [NOW, NOW * 2]),
  'certificates by their ways': () => ca.stores.figures.ways(ca.authority.id, 0, 10),
  'unexpired certificates of a CA': () => two((page) => ca.stores.certificates.unexpired(ca.authority.id, NOW, page)),
  'certificates whose names are indexed': () => ca.stores.names.page('a', 10),
  'open intents': () => stores.system.openIntents(NOW, 10, 'a'),
  'live certificates of a template': () => ca.stores.templates.countLive(ca.template.id, NOW),
  'the status of a serial': () => stores.system.statusOfSerial(ca.generation.id, '01'),
  'the entries of a CRL': () => entries(0, undefined),
  'the entries of a partition': () => entries(3, undefined),
  'the entries of a delta': () => entries(0, 1),
  'the newest CRL': () => stores.system.crls.latest({ generation: ca.generation.id, partition: 0, delta: false }),
  'what is due in the outbox': () => stores.system.outbox.claim('crl', NOW, 1, 5),
  'whose a token is': () => stores.system.accounts.principalByToken(new Uint8Array(32), NOW),
  'the issuing generation': () => ca.stores.issuers.activeIssuer(ca.authority.id),
  'a revocation': async () => {
    const { intent } = await issue(ca)
    await ca.stores.revocations.revoke(intent.id, { revokedAt: NOW, reason: 1 }, recordIn(ca.tenant))
  },
  'what ends before long': () =>
    stores.system.expiries.page(ca.tenant, { notAfter: NOW, certificate: '' }, NOW * 2, 10),
  'what replaces a certificate': () =>
    stores.system.expiries.isReplaced(ca.tenant, { id: '0', subject: 'CN=a', notAfter: NOW, names: ['a.example.com'] }),
  'what was gathered for mails': () => stores.system.expiries.digests(ca.tenant, 10),
  'the current service certificate': () => ca.stores.serviceCertificates.current(ca.generation.id, 'ocsp-responder'),
}

for (const [list, read] of Object.entries(LISTS)) {
  test(`${list}: no query reads more than it gives`, async () => {
    const queries = await asked(read)

    assert.ok(queries.length > 0)
    for (const query of queries) {
      const plan = await planOf(query)
      assert.doesNotMatch(plan, GROWS, `${query.sql}\n${plan}`)
    }
  })
}

test('the entries of a CRL are read from the index alone', async () => {
  for (const partition of [0, 3]) {
    for (const query of await asked(() => entries(partition, undefined)))
      assert.match(await planOf(query), /USING COVERING INDEX/)
  }
})

test('certificates are counted in indexes alone', async () => {
  const { figures } = ca.stores
  for (const query of await asked(async () => {
    await figures.ending(ca.authority.id, [0, NOW * 2])
    await figures.issued(ca.authority.id, [0, NOW * 2])
  })) {
    if (query.sql.includes('count(')) assert.match(await planOf(query), /USING COVERING INDEX/)
  }
})

test('certificates of a template that is another CA’s are not walked through', async () => {
  await issue(ca)
  const { id: template } = ca.template
  const list = (authority: string) =>
    asked(() => ca.stores.certificates.list({ authority, template }, NOW, { limit: 10 }))

  assert.ok((await list(ca.authority.id)).length > 1)
  assert.equal((await list('another')).length, 1)
})

test('an empty search for a compromised key costs the path no query of its own', async () => {
  const queries = await asked(() => issue(ca))

  const tables = queries.map(({ sql: text }) => /(?:into|update|from) "(\w+)"/.exec(text)?.[1])
  assert.deepEqual(tables, ['audit_record', 'certificate', 'certificate', 'certificate_name'])
})

function filters(): CertificateFilter[] {
  const { authority, template } = ca
  const ofs = [{}, { authority: authority.id }, { template: template.id }]
  const whats: CertificateFilter[] = [
    {},
    { status: 'valid' },
    { status: 'expired' },
    { status: 'revoked' },
    { status: 'held' },
    { name: 'host' },
    { name: '.example.com' },
    { name: 'host', status: 'valid' },
    { expiresFrom: NOW, expiresTo: NOW * 2 },
    { serialNumber: '01' },
    { fingerprint: new Uint8Array(32) },
  ]
  return whats.flatMap((what) => ofs.map((of) => ({ ...of, ...what })))
}

function said(filter: CertificateFilter): string {
  return Object.entries(filter)
    .map(([name, value]) => (name === 'status' || name === 'name' ? `${name} ${value}` : name))
    .join(' and ')
}

function pages(filter: CertificateFilter): Promise<unknown> {
  return two((page) => ca.stores.certificates.list(filter, NOW, page))
}

/** The first page and the one after it. */
async function two(
  list: (page: { limit: number; after?: string }) => Promise<{ readonly next?: string }>,
): Promise<unknown> {
  const { next } = await list({ limit: 1 })
  return next === undefined ? undefined : list({ limit: 1, after: next })
}

async function entries(partition: number, changedAfter: number | undefined): Promise<unknown> {
  const crl = { generation: ca.generation.id, partition, delta: changedAfter !== undefined }
  const range = { expiredAfter: NOW, ...(changedAfter !== undefined && { changedAfter }) }
  const { next } = await stores.system.crls.entries(crl, range, { limit: 1 })
  return next === undefined ? undefined : stores.system.crls.entries(crl, range, { limit: 1, after: next })
}

async function something(): Promise<SampleCa> {
  const made = await createCa(stores, await setUp(stores))
  for (let at = 0; at < 3; at++) {
    await issue(made, { crlPartition: at })
    const { intent } = await issue(made, { crlPartition: 3 })
    await made.stores.revocations.revoke(intent.id, { revokedAt: NOW, reason: 4 }, recordIn(made.tenant))
    await made.stores.requests.create(sampleRequest(made), recordIn(made.tenant))
  }
  return made
}

async function planOf({ sql: text, parameters }: CompiledQuery): Promise<string> {
  const explain = { ...sql`select 1`.compile(database.kysely), sql: `explain query plan ${text}`, parameters }
  const { rows } = await database.kysely.executeQuery<{ detail: string }>(explain)
  return rows.map(({ detail }) => detail).join('\n')
}

/** Every statement that SQLite is given meanwhile. */
async function asked(work: () => Promise<unknown>): Promise<readonly CompiledQuery[]> {
  const { execute } = SqliteConnection.prototype
  const heard: CompiledQuery[] = []
  const listener = mock.method(
    SqliteConnection.prototype,
    'execute',
    function (this: SqliteConnection, query: CompiledQuery) {
      heard.push(query)
      return execute.call(this, query)
    },
  )
  await work()
  listener.mock.restore()
  return heard
}
