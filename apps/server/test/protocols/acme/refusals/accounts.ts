import { SHARED } from '../acme-world.ts'
import { type AcmeReply, b64, binding, jws, TestClient, type TestKey, testKey, type Wrongs } from '../test-client.ts'
import { type RefusalRow, type RefusalWorld, row } from './refusal-row.ts'

const newcomer = ({ acme, policy }: RefusalWorld, directory = policy.directory) => TestClient.at(acme.send, directory)

/** newAccount at the policy's own directory with this payload. */
const register = (payload: object) => async (world: RefusalWorld) => (await newcomer(world)).register(payload)

const contact = (...contacts: readonly unknown[]) => register({ contact: contacts })

/** newAccount by a binding that something is wrong with. */
const bound =
  (wrong: {
    readonly alg?: string
    readonly kid?: string
    readonly more?: object
    readonly key?: string
    readonly jwk?: object
    readonly change?: (binding: Record<string, string>) => unknown
  }) =>
  async (world: RefusalWorld): Promise<AcmeReply> => {
    const client = await newcomer(world)
    const { kid, hmacKey } = await world.policy.bind()
    const made = binding(
      {
        kid: wrong.kid ?? kid,
        hmacKey: wrong.key ?? hmacKey,
        url: client.directory.newAccount,
        jwk: wrong.jwk ?? client.key.jwk,
        ...(wrong.alg !== undefined && { alg: wrong.alg }),
      },
      wrong.more,
    )
    return client.register({ externalAccountBinding: wrong.change?.(made) ?? made })
  }

/** newAccount at the shared directory by a binding that is right, with something else that is not. */
const boundAtShared =
  (payload: object, wrongs: Wrongs = {}) =>
  async (world: RefusalWorld): Promise<AcmeReply> => {
    const { client, payload: right } = await world.policy.newcomer(SHARED)
    return client.register({ ...right, ...payload }, wrongs)
  }

/** newAccount under a policy of its own, to which something happens before the account is stored. */
const joining =
  (work: (world: RefusalWorld, policy: RefusalWorld['policy']) => Promise<unknown>) =>
  async (world: RefusalWorld): Promise<AcmeReply> => {
    const policy = await world.acme.newPolicy()
    const { client, payload } = await policy.newcomer()
    world.meanwhile(() => work(world, policy))
    return client.register(payload)
  }

const removePolicy = ({ acme }: RefusalWorld, { domain, policy: { id } }: RefusalWorld['policy']) =>
  domain.acmePolicies.store.delete(id, { act: acme.act(), action: 'x', object: { type: 'x', id } })

/** A key of its own, to register by. */
function ownKey(): Wrongs {
  const key = testKey()
  return { key, header: { jwk: key.jwk } }
}

/** A change of the account's key that something is wrong with. */
const keyChange =
  (wrong: { readonly header?: object; readonly inner?: object; readonly key?: TestKey }) => (world: RefusalWorld) => {
    const { client } = world
    const key = testKey()
    const header = { alg: key.alg, jwk: key.jwk, url: client.directory.keyChange, ...wrong.header }
    const inner = { account: client.kid, oldKey: client.key.jwk, ...wrong.inner }
    const whole = jws(JSON.parse(JSON.stringify(header)), inner, wrong.key ?? key)
    return client.post(client.directory.keyChange, whole)
  }

/** What is refused of those who register, and of accounts: RFC 8555 §7.3. */
export const ACCOUNTS: readonly RefusalRow[] = [
  row('a flag that is none', 'malformed', /neither true nor false/, register({ onlyReturnExisting: 'x' })),
  row('no account of this key', 'accountDoesNotExist', /no account/, register({ onlyReturnExisting: true })),
  row('a contact that is no text', 'malformed', /contact/, contact(1)),
  row('a contact that is no mail address', 'unsupportedContact', /mailto/, contact('tel:1')),
  row('too many contacts', 'invalidContact', /at most/, contact(...Array.from({ length: 11 }, () => 'mailto:a@b.c'))),
  row('a contact that is too long', 'invalidContact', /too long/, contact(`mailto:${'a'.repeat(400)}@b.c`)),
  row('several addresses in a contact', 'invalidContact', /more than one/, contact('mailto:a@b.c,d@e.f')),
  row('a contact without an address', 'invalidContact', /holds no mail address/, contact('mailto:a')),
  row('no binding where one is due', 'externalAccountRequired', /Ask who runs/, register({})),
  row(
    'no binding at the shared directory',
    'externalAccountRequired',
    /Ask who runs/,
    async (world) => (await newcomer(world, SHARED)).register({}),
    { nobodys: true },
  ),
  row('a network from which nobody registers', 'externalAccountRequired', /networks only/, async ({ acme }) => {
    const open = await acme.newPolicy({ openTo: ['203.0.113.0/24'] })
    return (await TestClient.at(acme.send, open.directory)).register({})
  }),
  row('a policy that is disabled', 'unauthorized', /is disabled/, async ({ acme }) => {
    const { policy, domain, tenant, directory, newcomer: join } = await acme.newPolicy()
    const { client, payload } = await join()
    const record = { act: acme.act(tenant), action: 'x', object: { type: 'x', id: policy.id } }
    await domain.acmePolicies.store.update(policy.id, 1, { enabled: false }, record)
    return (await TestClient.at(acme.send, directory, client.key)).register(payload)
  }),
  row('a key whose account is over', 'unauthorized', /register with another key/, async (world) => {
    const client = await world.policy.client()
    await client.post(client.kid, { status: 'deactivated' })
    return (await TestClient.at(world.acme.send, world.policy.directory, client.key)).register({})
  }),
  row('a binding that is no JWS', 'malformed', /JSON object/, bound({ change: () => 'x' })),
  row('a binding by no MAC', 'badSignatureAlgorithm', /HS256/, bound({ more: { alg: 'ES256' } })),
  row('a binding that names no key', 'malformed', /"kid"/, (world) =>
    bound({ more: { kid: undefined, jwk: world.client.key.jwk } })(world),
  ),
  row('a binding with a nonce', 'malformed', /"nonce"/, bound({ more: { nonce: 'AAAA' } })),
  row('a binding that is too long', 'malformed', /8192 characters/, bound({ more: { padding: 'x'.repeat(6_000) } })),
  row('a binding for another address', 'malformed', /"url"/, bound({ more: { url: 'https://other.example' } })),
  row('a binding of another key', 'malformed', /key of the account/, bound({ jwk: testKey().jwk })),
  row('a binding by another HMAC key', 'unauthorized', /HMAC key/, bound({ key: b64(Buffer.alloc(32, 1)) })),
  row('a binding that is not known', 'unauthorized', /not known/, bound({ kid: 'nobody' })),
  row('at the shared directory, a binding by another HMAC key', 'unauthorized', /HMAC key/, async (world) => {
    const client = await newcomer(world, SHARED)
    const { kid } = await world.policy.bind()
    const wrong = { kid, hmacKey: b64(Buffer.alloc(32)), url: client.directory.newAccount, jwk: client.key.jwk }
    return client.register({ externalAccountBinding: binding(wrong) })
  }),
  row(
    'at the shared directory, a flag that is none beside a binding',
    'malformed',
    /neither true nor false/,
    boundAtShared({ onlyReturnExisting: 'x' }),
  ),
  row(
    'at the shared directory, a contact of another kind beside a binding',
    'unsupportedContact',
    /mailto/,
    boundAtShared({ contact: ['tel:1'] }),
  ),
  row(
    'at the shared directory, several addresses in a contact beside a binding',
    'invalidContact',
    /more than one/,
    boundAtShared({ contact: ['mailto:a@b.c,d@e.f'] }),
  ),
  row('at the shared directory, too many accounts from an address', 'rateLimited', /at most 300/, async (world) => {
    const from = '203.0.113.9'
    const open = await world.acme.newPolicy({ openTo: [from] })
    const anybody = await TestClient.at(world.acme.send, open.directory)
    for (let at = 0; at < 300; at++)
      await anybody.post(open.directory.replace(/directory$/, 'new-account'), {}, { from, ...ownKey() })
    return boundAtShared({}, { from })(world)
  }),
  ...[SHARED, undefined].map((directory) =>
    row(
      `at ${directory === SHARED ? 'the shared' : "a policy's own"} directory, a binding whose uses are spent`,
      'unauthorized',
      /its uses are spent/,
      async (world) => {
        const made = await world.policy.bind({ allowedUses: 1 })
        const join = async () => {
          const client = await newcomer(world, directory)
          const whole = { ...made, url: client.directory.newAccount, jwk: client.key.jwk }
          return client.register({ externalAccountBinding: binding(whole) })
        }
        await join()
        return join()
      },
    ),
  ),
  row(
    'a binding that is deleted meanwhile',
    'unauthorized',
    /was deleted/,
    joining(async ({ acme }, { domain, policy: { id: policy } }) => {
      const { items } = await domain.stores.acmeBindings.list(policy, { limit: 10 })
      for (const { id } of items)
        await domain.stores.acmeBindings.delete(id, {
          act: acme.act(),
          action: 'x',
          object: { type: 'x', id },
        })
    }),
  ),
  row(
    'a policy that is disabled meanwhile',
    'unauthorized',
    /deleted or disabled meanwhile/,
    joining(({ acme }, { domain, policy: { id } }) => {
      const record = { act: acme.act(), action: 'x', object: { type: 'x', id } }
      return domain.acmePolicies.store.update(id, 1, { enabled: false }, record)
    }),
  ),
  row('a policy that is deleted meanwhile', 'unauthorized', /deleted or disabled meanwhile/, joining(removePolicy)),
  row(
    'a key whose account was under a policy that is gone',
    'unauthorized',
    /under a policy that is gone/,
    async (world) => {
      const gone = await world.acme.newPolicy()
      const first = await gone.newcomer(SHARED)
      await first.client.register(first.payload)
      await removePolicy(world, gone)
      const client = await TestClient.at(world.acme.send, SHARED, first.client.key)
      const made = { ...(await world.policy.bind()), url: client.directory.newAccount, jwk: client.key.jwk }
      return client.register({ externalAccountBinding: binding(made) })
    },
  ),
  row('a binding for another policy', 'unauthorized', /another policy/, async (world) => {
    const theirs = await world.acme.newPolicy()
    const client = await newcomer(world)
    const made = { ...(await theirs.bind()), url: client.directory.newAccount, jwk: client.key.jwk }
    return client.register({ externalAccountBinding: binding(made) })
  }),
  row('a binding that has ended', 'unauthorized', /ended on/, async (world) => {
    const client = await newcomer(world)
    const made = await world.policy.bind({ expiresAt: world.acme.now() + 1_000 })
    world.acme.advance(2_000)
    const url = client.directory.newAccount
    return client.register({ externalAccountBinding: binding({ ...made, url, jwk: client.key.jwk }) })
  }),
  row('another account', 'unauthorized', /not the account/, ({ client, other }) => client.show(other.kid)),
  row('a state that a client cannot make', 'malformed', /deactivated/, ({ client }) =>
    client.post(client.kid, { status: 'revoked' }),
  ),
  row('no new key', 'malformed', /carries the new key/, (world) =>
    keyChange({ header: { jwk: undefined, kid: world.client.kid } })(world),
  ),
  row('a new key with a nonce', 'malformed', /"nonce"/, keyChange({ header: { nonce: 'AAAA' } })),
  row('a new key for another address', 'malformed', /"url"/, keyChange({ header: { url: 'https://other.example' } })),
  row('a new key that did not sign', 'malformed', /not signed by the new key/, keyChange({ key: testKey() })),
  row('a new key of another account', 'malformed', /"account"/, (world) =>
    keyChange({ inner: { account: world.other.kid } })(world),
  ),
  row('another old key', 'malformed', /"oldKey"/, keyChange({ inner: { oldKey: testKey().jwk } })),
  row('a new key that another account has', 'malformed', /Another account/, (world) => {
    const { key } = world.other
    return keyChange({ header: { jwk: key.jwk }, key })(world)
  }),
]
