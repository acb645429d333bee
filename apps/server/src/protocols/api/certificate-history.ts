import { type HistoryItem, toTimestamp } from '@chancery/api'
import type { RegisteredCertificate } from '../../certificates/certificate-register.ts'
import type { ApiDomain } from './api-domain.ts'
import { namesOnce } from './names-once.ts'

/** More than anybody does with one certificate. */
const MOST = 200

/** What was done with a certificate and with the request for it, by whom and when, oldest first: from the audit. */
export async function certificateHistory(
  { id, request }: RegisteredCertificate,
  { stores }: ApiDomain,
): Promise<readonly HistoryItem[]> {
  const objects = request === undefined ? [id] : [request, id]
  const pages = await Promise.all(objects.map((object) => stores.audit.list({ object }, { limit: MOST })))
  const records = pages.flatMap(({ items }) => items).sort((a, b) => (a.id < b.id ? -1 : 1))
  const names = namesOnce(async (account) => (await stores.members.find(account))?.name)
  const tokenNames = namesOnce(async (token) => (await stores.tokens.find(token))?.name)
  return Promise.all(
    records.slice(-MOST).map(async ({ at, action, actor, account, token, details }): Promise<HistoryItem> => {
      const name = account === null ? undefined : await names(account)
      const tokenName = token === null ? undefined : await tokenNames(token)
      return {
        at: toTimestamp(at),
        action,
        actor,
        ...(account !== null && { account }),
        ...(name !== undefined && { name }),
        ...(token !== null && { token }),
        ...(tokenName !== undefined && { tokenName }),
        ...(details !== null && { details: JSON.parse(details) }),
      }
    }),
  )
}
