import { Refusal } from '@chancery/pki'
import type { EnrollmentRequest } from '../../enrollment/request-store.ts'
import type { ApiDomain } from './api-domain.ts'

/** The request of this id. Throws `Refusal` 'not-found'. */
export async function foundRequest(id: string, { stores }: Pick<ApiDomain, 'stores'>): Promise<EnrollmentRequest> {
  const request = await stores.requests.find(id)
  if (request === undefined) throw new Refusal('not-found', 'There is no such request.')
  return request
}

/** The reach of a route that names one. */
export const OF_REQUEST = {
  authorityOf: async ({ domain, params }: { readonly domain: ApiDomain; readonly params: { readonly id: string } }) =>
    (await domain.stores.requests.find(params.id))?.authority,
}

/** The reach of a route that names several. */
export const OF_REQUESTS = {
  authorityOf: async ({
    domain,
    body,
  }: {
    readonly domain: ApiDomain
    readonly body: { readonly ids: readonly string[] }
  }) => (await Promise.all(body.ids.map((id) => domain.stores.requests.find(id)))).map((one) => one?.authority),
}
