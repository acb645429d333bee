import type { TenantStores } from '../../src/store/stores.ts'
import { NOW, recordIn, type SampleCa } from '../support/samples.ts'
import { type SampleAcme, sampleAcmeAccount, sampleBinding, sampleOrder, samplePolicy } from './acme-samples.ts'

/** What another tenant has of ACME, and who reaches for it. */
export interface ForeignAcme {
  readonly ca: SampleCa
  readonly acme: SampleAcme
  readonly tenant: string
}
type Case = (own: TenantStores, foreign: ForeignAcme) => Promise<unknown>
type AcmeStores = Pick<
  TenantStores,
  'acmePolicies' | 'acmeBindings' | 'acmeRegister' | 'acmeAccounts' | 'acmeOrders' | 'acmeAuthorizations' | 'exchanges'
>

const PAGE = { limit: 10 }
const nothing = undefined

/** What each method answers to ids of another tenant: nothing, or a rejection. */
export const ACME_CASES: { readonly [S in keyof AcmeStores]: { readonly [M in keyof AcmeStores[S]]: Case } } = {
  acmePolicies: {
    create: (own, { ca, tenant }) => own.acmePolicies.create(samplePolicy(ca), NOW, recordIn(tenant)),
    find: (own, { acme }) => own.acmePolicies.find(acme.policy.id),
    list: async (own, { ca }) =>
      (await own.acmePolicies.list({}, PAGE)).items[0] ??
      (await own.acmePolicies.list({ authority: ca.authority.id }, PAGE)).items[0],
    update: (own, { acme, tenant }) => own.acmePolicies.update(acme.policy.id, 1, { enabled: false }, recordIn(tenant)),
    delete: async (own, { acme, tenant }) =>
      (await own.acmePolicies.delete(acme.policy.id, recordIn(tenant))) || nothing,
  },
  acmeBindings: {
    create: (own, { acme, tenant }) => own.acmeBindings.create(sampleBinding(acme.policy.id), recordIn(tenant)),
    find: (own, { acme }) => own.acmeBindings.find(acme.binding.id),
    list: async (own, { acme }) => (await own.acmeBindings.list(acme.policy.id, PAGE)).items[0],
    delete: async (own, { acme, tenant }) =>
      (await own.acmeBindings.delete(acme.binding.id, recordIn(tenant))) || nothing,
  },
  acmeRegister: {
    account: (own, { acme }) => own.acmeRegister.account(acme.account.id),
    accounts: async (own, { ca, acme }) =>
      (await own.acmeRegister.accounts({}, PAGE)).items[0] ??
      (await own.acmeRegister.accounts({ policy: acme.policy.id, authority: ca.authority.id }, PAGE)).items[0],
    orders: async (own, { acme }) => (await own.acmeRegister.orders(acme.account.id, NOW, PAGE)).items[0],
    revokeAccount: async (own, { acme, tenant }) =>
      (await own.acmeRegister.revokeAccount(acme.account.id, recordIn(tenant))) || nothing,
  },
  acmeAccounts: {
    register: (own, { acme, tenant }) =>
      own.acmeAccounts.register(
        sampleAcmeAccount(tenant, acme.policy.id, { binding: { id: acme.binding.id, name: 'x' } }),
        recordIn(tenant),
      ),
    setContacts: (own, { acme, tenant }) => own.acmeAccounts.setContacts(acme.account.id, [], recordIn(tenant)),
    deactivate: async (own, { acme, tenant }) =>
      (await own.acmeAccounts.deactivate(acme.account.id, recordIn(tenant))) || nothing,
    changeKey: async (own, { acme: { account }, tenant }) => {
      const key = { jwk: account.jwk, thumbprint: 'another' }
      const { result } = await own.acmeAccounts.changeKey(account.id, account.thumbprint, key, recordIn(tenant))
      return result === 'overtaken' ? nothing : result
    },
  },
  acmeOrders: {
    // Its own rows, which name what is another's: they lead nowhere, for every look at them names the tenant too.
    open: async (own, { acme: { account, policy, order, authorization } }) => {
      const names = [{ ...authorization.identifier, authorization: authorization.id }]
      const mine = sampleOrder({ account: account.id, policy: policy.id, template: order.template }, { names })
      await own.acmeOrders.open(mine, [])
      return (await own.acmeOrders.find(account.id, mine.id))?.authorizations[0]
    },
    find: (own, { acme }) => own.acmeOrders.find(acme.account.id, acme.order.id),
    certificate: (own, { acme }) => own.acmeOrders.certificate(acme.account.id, acme.order.id),
    list: async (own, { acme }) => (await own.acmeOrders.list(acme.account.id, PAGE)).items[0],
    deactivateName: async (own, { acme }) =>
      (await own.acmeOrders.deactivateName(acme.account.id, acme.order.id, 0)) || nothing,
  },
  acmeAuthorizations: {
    find: (own, { acme }) => own.acmeAuthorizations.find(acme.account.id, acme.authorization.id),
    findByChallenge: (own, { acme }) => own.acmeAuthorizations.findByChallenge(acme.account.id, acme.challenge),
    reusable: async (own, { acme: { account, policy, authorization } }) =>
      (await own.acmeAuthorizations.reusable(account.id, policy.id, [authorization.identifier], NOW))[0],
    begin: (own, { acme }) => own.acmeAuthorizations.begin(acme.account.id, acme.challenge, NOW + 1),
    deactivate: async (own, { acme }) =>
      (await own.acmeAuthorizations.deactivate(acme.account.id, acme.authorization.id)) || nothing,
    countPending: async (own, { acme }) => (await own.acmeAuthorizations.countPending(acme.account.id, NOW)) || nothing,
  },
  exchanges: {
    list: async (own, { ca, acme }) =>
      (await own.exchanges.list({}, PAGE)).items[0] ??
      (await own.exchanges.list({ authority: ca.authority.id, account: acme.account.id }, PAGE)).items[0],
  },
}
