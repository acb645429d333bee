import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { Refusal, type RefusalCode } from '@chancery/pki'
import type { AccountStore } from '../../src/accounts/account-store.ts'
import { authenticator } from '../../src/accounts/authenticate.ts'
import { findMember, findTenant } from '../../src/accounts/member.ts'
import type { Principal, ScopedRole } from '../../src/accounts/roles.ts'
import { setUp } from '../../src/accounts/set-up.ts'
import type { NewToken, TokenStore } from '../../src/accounts/token-store.ts'
import { createToken, mintToken, revokeToken } from '../../src/accounts/tokens.ts'
import type { AuditRecord } from '../../src/audit/audit-record.ts'
import { systemRandom } from '../../src/platform/clock-and-random.ts'
import { idMaker } from '../../src/platform/ids.ts'

const NOW = 1_800_000_000_000
const DAY = 86_400_000

/** Accounts in memory: `officer@` is an officer of CA `ca-1` in `t1` and a whole officer in `t2`. */
function world() {
  const tokens: NewToken[] = []
  const records: AuditRecord[] = []
  const touched: string[] = []
  let count = 0
  const memberships: Readonly<Record<string, readonly ScopedRole[]>> = {
    t1: [{ role: 'officer', authority: 'ca-1' }],
    t2: [{ role: 'officer' }],
  }
  const accounts: Pick<
    AccountStore,
    'countAccounts' | 'createFirst' | 'findAccountByEmail' | 'memberships' | 'principalByToken' | 'touchToken'
  > = {
    countAccounts: async () => count,
    createFirst: async ({ token }, record) => {
      assert.ok(token)
      count += 1
      tokens.push(token)
      records.push(record)
    },
    findAccountByEmail: async (email) => (email === 'officer@example.com' ? { id: 'a1', email, name: 'x' } : undefined),
    memberships: async (account) =>
      account === 'a1'
        ? Object.entries(memberships).flatMap(([tenant, roles]) => roles.map((role) => ({ tenant, ...role })))
        : [],
    principalByToken: async (hash): Promise<Principal | undefined> => {
      const token = tokens.find(({ secretHash }) => Buffer.compare(secretHash, hash) === 0)
      return token && { tenant: token.tenant, account: token.account, token: token.id, roles: [{ role: token.role }] }
    },
    touchToken: async (token) => void touched.push(token),
  }
  const tokensOf = (tenant: string): TokenStore => ({
    create: async (token, judge, record) => {
      judge(memberships[tenant] ?? [])
      tokens.push(token)
      records.push(record)
    },
    find: async () => undefined,
    list: async () => ({ items: [] }),
    revoke: async (token) => token === 'there',
  })
  const deps = {
    accounts,
    tokensOf,
    now: () => NOW,
    newId: idMaker(() => NOW, systemRandom),
    random: systemRandom,
  }
  return { deps, tokens, records, touched }
}

const act = { tenant: 't2', actor: { kind: 'command-line' }, at: NOW } as const
const request = { tenant: 't2', account: 'a1', name: 'CI', role: 'officer', lifetimeMs: 90 * DAY } as const

const refusedWith = (code: RefusalCode) => (error: unknown) => error instanceof Refusal && error.code === code

test('a token is 256 random bits, and its SHA-256 is what is kept', () => {
  const { deps } = world()

  const { secret, token } = mintToken(request, deps)

  assert.match(secret, /^chancery_[A-Za-z0-9_-]{43}$/)
  assert.deepEqual(Buffer.from(token.secretHash), createHash('sha256').update(secret).digest())
  assert.equal(token.expiresAt, NOW + 90 * DAY)
  assert.ok(!JSON.stringify(token).includes(secret.slice(9)))
})

test('a token is never more than its member', async () => {
  const { deps, tokens } = world()

  await createToken(request, act, deps)
  await createToken({ ...request, tenant: 't1', authority: 'ca-1', role: 'auditor' }, act, deps)

  const more = [
    { ...request, role: 'administrator' as const },
    { ...request, tenant: 't1' },
    { ...request, tenant: 't1', authority: 'ca-2' },
    { ...request, tenant: 't3' },
  ]
  for (const one of more) await assert.rejects(createToken(one, act, deps), refusedWith('forbidden'))
  assert.equal(tokens.length, 2)
})

test('a token is for a time that ends, under a name that can be shown', async () => {
  const { deps } = world()

  for (const lifetimeMs of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 3_651 * DAY]) {
    await assert.rejects(createToken({ ...request, lifetimeMs }, act, deps), refusedWith('not-permitted'))
  }
  for (const name of ['', ' x', 'a\nb', 'x'.repeat(101)]) {
    await assert.rejects(createToken({ ...request, name }, act, deps), refusedWith('not-permitted'))
  }
})

test('what the audit says of a token is who made it for whom, and not its secret', async () => {
  const { deps, records } = world()

  const { secret, token } = await createToken(request, act, deps)

  const [record] = records
  assert.deepEqual([record?.action, record?.object.id, record?.act.actor], ['token.create', token.id, act.actor])
  assert.ok(!JSON.stringify(records).includes(secret.slice(9)))
})

test('revoking what is not there is refused', async () => {
  const { deps } = world()

  await revokeToken({ token: 'there' }, act, deps)
  await assert.rejects(revokeToken({ token: 'elsewhere' }, act, deps), refusedWith('not-found'))
})

test('setting up makes one owner with one token, once', async () => {
  const { deps, tokens, records } = world()
  const first = { email: ' Ann@Example.COM ', password: 'twelve chars', tenantName: 'Example', tokenLifetimeMs: DAY }

  const made = await setUp(first, deps)

  assert.deepEqual(
    tokens.map(({ role, tenant, account }) => ({ role, tenant, account })),
    [{ role: 'owner', tenant: made.tenant, account: made.account }],
  )
  assert.equal(records[0]?.action, 'installation.set-up')
  await assert.rejects(setUp(first, deps), refusedWith('conflict'))
})

test('setting up refuses what is no address, no password or no name, and makes nothing', async () => {
  const { deps, tokens } = world()
  const first = { email: 'ann@example.com', password: 'twelve chars', tenantName: 'Example', tokenLifetimeMs: DAY }

  for (const email of ['ann', '@example.com', 'ann@', 'a b@example.com', 'a@b@c', `${'x'.repeat(65)}@example.com`]) {
    await assert.rejects(setUp({ ...first, email }, deps), refusedWith('not-permitted'), email)
  }
  await assert.rejects(setUp({ ...first, password: 'short' }, deps), refusedWith('not-permitted'))
  await assert.rejects(setUp({ ...first, tenantName: ' ' }, deps), refusedWith('not-permitted'))
  assert.equal(tokens.length, 0)
})

test('a member is found by address, and of several tenants one must be named', async () => {
  const { accounts } = world().deps
  const email = 'Officer@Example.com'

  assert.deepEqual(await findMember({ email, tenant: 't2' }, accounts), { account: 'a1', tenant: 't2' })
  await assert.rejects(findMember({ email }, accounts), refusedWith('malformed'))
  await assert.rejects(findMember({ email, tenant: 't3' }, accounts), refusedWith('not-found'))
  await assert.rejects(findMember({ email: 'nobody@example.com' }, accounts), refusedWith('not-found'))
  assert.equal(await findTenant({ tenant: 't7' }, accounts), 't7')
  await assert.rejects(findTenant({}, accounts), refusedWith('malformed'))
})

test('a token is somebody as long as the store says so, and its use is noted once a minute', async () => {
  const { deps, touched } = world()
  let now = NOW
  const reports: unknown[] = []
  const whose = authenticator({ accounts: deps.accounts, now: () => now, report: (error) => reports.push(error) })
  const { secret, token } = await createToken(request, act, deps)

  const principals = [await whose(secret), await whose(secret)]
  now += 61_000
  await whose(secret)

  assert.deepEqual(principals[0], { tenant: 't2', account: 'a1', token: token.id, roles: [{ role: 'officer' }] })
  assert.deepEqual(touched, [token.id, token.id])
  for (const other of ['', 'chancery_', secret.slice(0, -1), `${secret}a`, secret.toUpperCase()]) {
    assert.equal(await whose(other), undefined)
  }
  assert.deepEqual(reports, [])
})

test('a use that cannot be noted is reported and does not hold up the call', async () => {
  const { deps } = world()
  const reports: unknown[] = []
  const { secret } = await createToken(request, act, deps)
  const accounts = { ...deps.accounts, touchToken: () => Promise.reject(new Error('the disk is full')) }
  const whose = authenticator({ accounts, now: () => NOW, report: (error) => reports.push(error) })

  const principal = await whose(secret)
  await Promise.resolve()

  assert.equal(principal?.tenant, 't2')
  assert.equal(reports.length, 1)
})
