import type { Evidence } from '@chancery/pki'
import type { Requester } from '../notices/expiry-store.ts'
import { fromJson } from './json.ts'
import type { Db } from './store-context.ts'

/** Renewals of renewals that are followed. */
const DEEPEST = 20

interface Asked {
  readonly request?: string
  readonly evidence?: Evidence
  readonly approvedBy?: string
}

/**
 * Who asked for a certificate: the address of its request, else the member who asked, who approved it for themselves, or whose token
 * it was; of a renewal, who asked for what was renewed. Nobody who is not a member any more, and no address that nobody confirmed.
 */
export async function requesterOf(db: Db, tenant: string, asked: Asked): Promise<Requester | undefined> {
  for (let depth = 0, at: Asked | undefined = asked; at !== undefined && depth < DEEPEST; depth++) {
    const address = at.request === undefined ? undefined : await addressOf(db, tenant, at.request)
    if (address !== undefined) return { address, outside: !(await isMember(db, tenant, { address })) }
    if (at.evidence?.by !== 'renewal') return memberOf(db, tenant, accountIn(at))
    at = await askedFor(db, tenant, at.evidence.certificate)
  }
  return undefined
}

function accountIn({ evidence, approvedBy }: Asked): string | undefined {
  switch (evidence?.by) {
    case 'submitted-csr':
    case 'api-token':
      return evidence.account
    // Without an address who approved it redeemed it too.
    case 'claim':
      return approvedBy ?? evidence.approval.account
    default:
      return undefined
  }
}

async function addressOf(db: Db, tenant: string, request: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('enrollment_request')
    .select('email')
    .where('tenant', '=', tenant)
    .where('id', '=', request)
    .executeTakeFirst()
  return row?.email ?? undefined
}

async function memberOf(db: Db, tenant: string, account: string | undefined): Promise<Requester | undefined> {
  if (account === undefined || !(await isMember(db, tenant, { account }))) return undefined
  const row = await db.selectFrom('account').select('email').where('id', '=', account).executeTakeFirst()
  return row && { address: row.email, outside: false }
}

async function isMember(
  db: Db,
  tenant: string,
  who: { readonly account: string } | { readonly address: string },
): Promise<boolean> {
  const members = db
    .selectFrom('membership')
    .innerJoin('account', 'account.id', 'membership.account')
    .select('account.id')
    .where('membership.tenant', '=', tenant)
  const row = await ('account' in who
    ? members.where('account.id', '=', who.account)
    : members.where('account.email', '=', who.address)
  ).executeTakeFirst()
  return row !== undefined
}

async function askedFor(db: Db, tenant: string, certificate: string): Promise<Asked | undefined> {
  const row = await db
    .selectFrom('certificate')
    .select(['request', 'evidence', 'approval'])
    .where('tenant', '=', tenant)
    .where('id', '=', certificate)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    ...(row.request !== null && { request: row.request }),
    ...(row.evidence !== null && { evidence: fromJson(row.evidence) }),
    ...(row.approval !== null && { approvedBy: fromJson(row.approval).account }),
  }
}
