import type { AcmePolicy } from '../../src/acme-policies/acme-policy.ts'
import type { NewBinding } from '../../src/acme-policies/binding-store.ts'
import type { NewAccount } from '../../src/protocols/acme/account-store.ts'
import type { Authorization } from '../../src/protocols/acme/authorization-store.ts'
import type { NewOrder } from '../../src/protocols/acme/order-store.ts'
import { DAY, NOW, randomBytes, recordIn, type SampleCa } from '../support/samples.ts'
import { newId } from '../support/stores.ts'

/** One of everything of ACME under a CA. */
export interface SampleAcme {
  readonly policy: AcmePolicy
  readonly binding: NewBinding
  readonly account: NewAccount
  readonly order: NewOrder
  readonly authorization: Authorization
  readonly challenge: string
}

export function samplePolicy(
  { authority, template }: Pick<SampleCa, 'authority' | 'template'>,
  over: Partial<AcmePolicy> = {},
): AcmePolicy {
  const id = newId()
  return {
    id,
    publicId: `p${randomBytes(7).toHex()}x`,
    authority: authority.id,
    name: `Policy ${id}`,
    enabled: true,
    revision: 1,
    settings: {
      profiles: [{ name: 'default', template: template.id, description: '' }],
      preApproved: ['*.approved.example'],
      identifiers: ['dns', 'ip'],
      wildcards: true,
      challenges: ['http-01', 'dns-01'],
      caaIdentities: [],
      homeLabNames: false,
    },
    ...over,
  }
}

export function sampleBinding(policy: string, over: Partial<NewBinding> = {}): NewBinding {
  const id = newId()
  return {
    id,
    policy,
    kid: `k${randomBytes(8).toHex()}`,
    name: `Binding ${id}`,
    uses: 0,
    createdAt: NOW,
    sealedKey: randomBytes(60),
    ...over,
  }
}

export function sampleAcmeAccount(tenant: string, policy: string, over: Partial<NewAccount> = {}): NewAccount {
  return {
    id: newId(),
    tenant,
    policy,
    jwk: { kty: 'OKP', crv: 'Ed25519', x: randomBytes(32).toHex() },
    thumbprint: randomBytes(32).toHex(),
    contacts: ['mailto:a@example.com'],
    createdAt: NOW,
    createdFrom: '192.0.2.1',
    ...over,
  }
}

export function sampleOrder(
  { account, policy, template }: Pick<NewOrder, 'account' | 'policy' | 'template'>,
  over: Partial<NewOrder> = {},
): NewOrder {
  return {
    id: newId(),
    account,
    policy,
    template,
    profile: 'default',
    state: 'open',
    names: [{ type: 'dns', value: 'www.approved.example', wildcard: false }],
    createdAt: NOW,
    expiresAt: NOW + 7 * DAY,
    keepUntil: NOW + 37 * DAY,
    ...over,
  }
}

export function sampleAuthorization(
  { account, policy, order }: Pick<Authorization, 'account' | 'policy' | 'order'>,
  over: Partial<Authorization> = {},
): Authorization {
  return {
    id: newId(),
    account,
    policy,
    order,
    identifier: { type: 'dns', value: 'www.example.com', wildcard: false },
    status: 'pending',
    createdAt: NOW,
    expiresAt: NOW + 7 * DAY,
    challenges: (['http-01', 'dns-01'] as const).map((type) => ({
      id: newId(),
      type,
      token: randomBytes(32).toHex(),
      status: 'pending',
    })),
    ...over,
  }
}

/** Writes one of everything under a CA: a policy with a binding, an account, an order with an authorization that is looked at. */
export async function createAcme(ca: SampleCa): Promise<SampleAcme> {
  const { tenant, stores } = ca
  const record = () => recordIn(tenant)
  const policy = samplePolicy(ca)
  await stores.acmePolicies.create(policy, NOW, record())
  const binding = sampleBinding(policy.id)
  await stores.acmeBindings.create(binding, record())
  const account = sampleAcmeAccount(tenant, policy.id, { binding: { id: binding.id, name: binding.name } })
  await stores.acmeAccounts.register(account, record())
  const id = newId()
  const parties = { account: account.id, policy: policy.id, template: ca.template.id }
  const authorization = sampleAuthorization({ ...parties, order: id })
  const order = sampleOrder(parties, {
    id,
    names: [{ ...authorization.identifier, authorization: authorization.id }],
  })
  await stores.acmeOrders.open(order, [authorization])
  const [challenge] = authorization.challenges
  await stores.acmeAuthorizations.begin(account.id, challenge?.id ?? '', NOW)
  return { policy, binding, account, order, authorization, challenge: challenge?.id ?? '' }
}
