import { Refusal } from '@chancery/pki'
import type { Authority } from '../../issuers/authority.ts'
import type { ApiDomain } from './api-domain.ts'

/** A CA of the tenant. Throws `Refusal` 'not-found', which names the field of the body that it was in. */
export async function findAuthority(
  id: string,
  { stores }: Pick<ApiDomain, 'stores'>,
  field?: string,
): Promise<Authority> {
  const authority = await stores.authorities.find(id)
  if (authority !== undefined) return authority
  const detail = 'Give the id of a CA; GET /api/v1/authorities lists them.'
  throw new Refusal('not-found', 'There is no such CA.', field === undefined ? [] : [{ field, detail }])
}
