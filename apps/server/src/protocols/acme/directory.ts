import type { PublicAnswer, PublicRequest } from '../../platform/public-routes.ts'
import type { Acme, Arrived } from './acme.ts'

/**
 * The directory, RFC 8555 §7.1.1: all addresses, and what is to be known before an account is made; before a record of dns-persist-01
 * is set too (draft-ietf-acme-dns-persist §3.2 and §4.1). By GET it is the same for everybody, and has no nonce: the client library of
 * Ruby, up to 2.0.9, stumbles over one there. A POST-as-GET gets one, as every POST does (RFC 8555 §6.5).
 */
export async function directory({ base, own }: Arrived, _acme: Acme, { method }: PublicRequest): Promise<PublicAnswer> {
  const settings = own?.policy.settings
  const body = {
    newNonce: `${base}/new-nonce`,
    newAccount: `${base}/new-account`,
    newOrder: `${base}/new-order`,
    revokeCert: `${base}/revoke-cert`,
    keyChange: `${base}/key-change`,
    // RFC 9773 §3.
    renewalInfo: `${base}/renewal-info`,
    meta: {
      externalAccountRequired: settings?.openTo === undefined,
      ...(settings !== undefined && settings.caaIdentities.length > 0 && { caaIdentities: settings.caaIdentities }),
      ...(settings?.challenges.includes('dns-persist-01') && {
        issuerDomainNames: settings.caaIdentities,
        accountHashPrefix: `${base}/account-hash/`,
      }),
      // The shared directory serves policies that offer different ones.
      ...(settings !== undefined && {
        profiles: Object.fromEntries(settings.profiles.map(({ name, description }) => [name, description])),
      }),
    },
  }
  const headers = method === 'POST' ? {} : { 'cache-control': 'no-cache' }
  return { status: 200, mediaType: 'application/json', headers, body: JSON.stringify(body) }
}
