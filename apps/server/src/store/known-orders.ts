import type { KnownOrder, Order } from '../protocols/acme/order-store.ts'
import { type AuthorizationStatements, authorizationStatements } from './acme-authorization-statements.ts'
import type { AcmeOrderTable } from './acme-schema.ts'
import { fromJson } from './json.ts'
import type { CertificateTable } from './schema.ts'
import { type Statement, statement } from './statement.ts'
import type { Db, StoreContext, Trx } from './store-context.ts'

type IssuanceRow = Pick<CertificateTable, 'state' | 'note'>

/** What orders are known by. */
export interface KnownOrderStatements {
  readonly issuance: Statement<{ tenant: string; id: string }, IssuanceRow>
  readonly authorizations: AuthorizationStatements
}

export function knownOrderStatements(context: StoreContext): KnownOrderStatements {
  const { kysely } = context.database
  return {
    authorizations: authorizationStatements(context),
    issuance: statement((place) =>
      kysely
        .selectFrom('certificate')
        .select(['state', 'note'])
        .where('tenant', '=', place('tenant'))
        .where('id', '=', place('id')),
    ),
  }
}

/** An order with what it stands on, or what became of it. */
export async function knownOrder(
  db: Db | Trx,
  row: AcmeOrderTable,
  { issuance, authorizations: { find } }: KnownOrderStatements,
): Promise<KnownOrder> {
  const order = toOrder(row)
  // CAA asks when the names of an order were proven, and whoever shows an invalid order why.
  const authorizations = await find(db, row, authorizationsOf(order))
  if (row.state === 'open') return { ...order, authorizations }
  const { rows } = await issuance(db, { tenant: row.tenant, id: row.id })
  return { ...order, authorizations, ...withIssuance(rows[0]) }
}

/** So many are looked for by one statement. */
const AT_ONCE = 500

/**
 * The orders of an account, newest first, with all that decides what each is now: of those that are finalized their authorizations are
 * left out, for they decide nothing any more. A page costs a few statements, however many orders are on it.
 */
export async function knownOrders(
  db: Db,
  {
    tenant,
    account,
    limit,
    before,
  }: { readonly tenant: string; readonly account: string; readonly limit: number; readonly before: string | undefined },
  { authorizations: { find } }: Pick<KnownOrderStatements, 'authorizations'>,
): Promise<readonly KnownOrder[]> {
  let list = db.selectFrom('acme_order').selectAll().where('tenant', '=', tenant).where('account', '=', account)
  if (before !== undefined) list = list.where('id', '<', before)
  const rows = await list.orderBy('id', 'desc').limit(limit).execute()
  const orders = rows.map(toOrder)
  const [open, finalized] = [
    orders.filter(({ state }) => state === 'open'),
    orders.filter(({ state }) => state !== 'open'),
  ]
  const ids = [...new Set(open.flatMap(authorizationsOf))]
  const authorizations = new Map<string, KnownOrder['authorizations'][number]>()
  for (let at = 0; at < ids.length; at += AT_ONCE)
    for (const found of await find(db, { tenant, account }, ids.slice(at, at + AT_ONCE)))
      authorizations.set(found.id, found)
  const issuances = new Map((await issuancesOf(db, tenant, finalized)).map((row) => [row.id, row]))
  return orders.map((order) =>
    order.state === 'open'
      ? { ...order, authorizations: authorizationsOf(order).flatMap((id) => authorizations.get(id) ?? []) }
      : { ...order, authorizations: [], ...withIssuance(issuances.get(order.id)) },
  )
}

async function issuancesOf(db: Db, tenant: string, orders: readonly Order[]) {
  if (orders.length === 0) return []
  const ids = orders.map(({ id }) => id)
  return db
    .selectFrom('certificate')
    .select(['id', 'state', 'note'])
    .where('tenant', '=', tenant)
    .where('id', 'in', ids)
    .execute()
}

function authorizationsOf({ names }: Pick<Order, 'names'>): readonly string[] {
  return names.flatMap(({ authorization }) => authorization ?? [])
}

function withIssuance(row: IssuanceRow | undefined): Pick<KnownOrder, 'issuance'> {
  if (row === undefined) return {}
  const { state, note } = row
  return { issuance: state === 'abandoned' ? { state, reason: note ?? '' } : { state } }
}

function toOrder(row: AcmeOrderTable): Order {
  const { id, account, policy, template, profile, state, not_before, not_after } = row
  const replaces = row.replaces === null ? undefined : fromReplaces(row.replaces)
  return {
    id,
    account,
    policy,
    template,
    ...(profile !== null && { profile }),
    state,
    names: fromJson(row.identifiers),
    ...(not_before !== null && { notBefore: not_before }),
    ...(not_after !== null && { notAfter: not_after }),
    ...(replaces !== undefined && { replaces }),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}

/** The certificate first, which orders are looked for by; then as the client named it. Neither holds a space. */
function fromReplaces(text: string): NonNullable<KnownOrder['replaces']> {
  const [certificate = '', certId = ''] = text.split(' ')
  return { certificate, certId }
}
