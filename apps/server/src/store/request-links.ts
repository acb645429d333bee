import type { LinkPurpose, NewLink, RequestLink, SentLink } from '../enrollment/request-store.ts'
import { putMail, withdrawMails } from './mail-store.ts'
import type { RequestLinkTable } from './schema.ts'
import type { Trx } from './store-context.ts'

/** Puts a link in the place of the one of the same purpose, and the mail that carries it. */
export async function putLink(trx: Trx, tenant: string, { link, mail }: SentLink): Promise<void> {
  await endLink(trx, tenant, link.request, link.purpose)
  await trx.insertInto('request_link').values(linkRow(link, tenant)).execute()
  if (mail !== undefined) await putMail(trx, mail)
}

/** Ends a link of a request: its secret opens nothing any more. */
async function endLink(trx: Trx, tenant: string, request: string, purpose: LinkPurpose): Promise<void> {
  await trx
    .deleteFrom('request_link')
    .where('tenant', '=', tenant)
    .where('request', '=', request)
    .where('purpose', '=', purpose)
    .execute()
}

/** Ends the claim of a request that is over, and the mail that would still carry it. */
export async function endClaim(trx: Trx, tenant: string, request: string, at: number): Promise<void> {
  await endLink(trx, tenant, request, 'claim')
  await withdrawMails(trx, { tenant, about: request, kind: 'claim' }, at)
}

function linkRow({ secretHash, createdAt, expiresAt, spentAt, ...same }: NewLink, tenant: string): RequestLinkTable {
  return {
    ...same,
    tenant,
    secret_hash: secretHash,
    created_at: createdAt,
    expires_at: expiresAt,
    spent_at: spentAt ?? null,
  }
}

export function toLink(row: RequestLinkTable): RequestLink {
  const { id, request, purpose, created_at, expires_at, spent_at } = row
  return {
    ...{ id, request, purpose, createdAt: created_at, expiresAt: expires_at },
    ...(spent_at !== null && { spentAt: spent_at }),
  }
}
