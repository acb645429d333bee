import { type Evidence, Refusal } from '@chancery/pki'
import type { Authorization } from '../protocols/acme/authorization-store.ts'
import type { KnownOrder, NewOrder, OrderedName, OrderStore } from '../protocols/acme/order-store.ts'
import type { AcmeOrderTable } from './acme-schema.ts'
import { fromJson, toJson } from './json.ts'
import { knownOrder, knownOrderStatements, knownOrders } from './known-orders.ts'
import { pageById } from './page-cursor.ts'
import type { CertificateTable } from './schema.ts'
import { statement } from './statement.ts'
import type { Db, StoreContext, TenantContext, Trx } from './store-context.ts'

/** The stores of all tenants share what is run for every order. */
export function acmeOrderStores(context: StoreContext): (tenant: string) => OrderStore {
  const statements = orderStatements(context)
  return (tenant) => ({
    find: (account, id) => context.database.read((db) => findOrder(db, { tenant, account, id }, statements)),
    certificate: async (account, id) => {
      const { rows } = await context.database.read((db) => statements.certificate(db, { tenant, id }))
      const [row] = rows
      const isItsOwn = row !== undefined && row.evidence !== null && isOfAccount(fromJson(row.evidence), account)
      return isItsOwn && row.der !== null ? { der: row.der, generation: row.generation } : undefined
    },
    ...openOrders({ ...context, tenant }, statements),
    ...changeOrders({ ...context, tenant }),
  })
}

function orderStatements(context: StoreContext) {
  const { kysely } = context.database
  type Key = { tenant: string; account: string; id: string }
  return {
    ...knownOrderStatements(context),
    insert: statement<AcmeOrderTable, never>((place) =>
      kysely.insertInto('acme_order').values({
        id: place('id'),
        tenant: place('tenant'),
        account: place('account'),
        policy: place('policy'),
        template: place('template'),
        profile: place('profile'),
        state: place('state'),
        identifiers: place('identifiers'),
        not_before: place('not_before'),
        not_after: place('not_after'),
        replaces: place('replaces'),
        error: place('error'),
        created_at: place('created_at'),
        expires_at: place('expires_at'),
        keep_until: place('keep_until'),
      }),
    ),
    find: statement<Key, AcmeOrderTable>((place) =>
      kysely
        .selectFrom('acme_order')
        .selectAll()
        .where('id', '=', place('id'))
        .where('tenant', '=', place('tenant'))
        .where('account', '=', place('account')),
    ),
    // Whose it is stands beside it too: its order need not be looked up.
    certificate: statement<{ tenant: string; id: string }, Pick<CertificateTable, 'der' | 'generation' | 'evidence'>>(
      (place) =>
        kysely
          .selectFrom('certificate')
          .select(['der', 'generation', 'evidence'])
          .where('tenant', '=', place('tenant'))
          .where('id', '=', place('id'))
          .where('state', '=', 'issued'),
    ),
  }
}
type OrderStatements = ReturnType<typeof orderStatements>

function isOfAccount(evidence: Evidence, account: string): boolean {
  return evidence.by === 'acme-order' && evidence.account === account
}

async function findOrder(
  db: Db,
  key: { readonly tenant: string; readonly account: string; readonly id: string },
  statements: OrderStatements,
): Promise<KnownOrder | undefined> {
  const { rows } = await statements.find(db, key)
  const [row] = rows
  return row && knownOrder(db, row, statements)
}

function orderRow(order: NewOrder, tenant: string): AcmeOrderTable {
  const { id, account, policy, template, profile, state, names, notBefore, notAfter, replaces } = order
  return {
    id,
    tenant,
    account,
    policy,
    template,
    profile: profile ?? null,
    state,
    identifiers: toJson(names),
    not_before: notBefore ?? null,
    not_after: notAfter ?? null,
    replaces: replaces === undefined ? null : `${replaces.certificate} ${replaces.certId}`,
    error: null,
    created_at: order.createdAt,
    expires_at: order.expiresAt,
    keep_until: order.keepUntil,
  }
}

function openOrders(
  { database, tenant }: TenantContext,
  statements: OrderStatements,
): Pick<OrderStore, 'open' | 'list'> {
  return {
    open: async (order, authorizations) => {
      const row = orderRow(order, tenant)
      await database.write(async (trx) => {
        if (order.replaces !== undefined)
          await refuseReplaced(trx, tenant, order, order.replaces.certificate, statements)
        await statements.insert(trx, row)
        for (const authorization of authorizations) await statements.authorizations.insert(trx, tenant, authorization)
      })
    },
    list: (account, page) => {
      const read = (limit: number, before: string | undefined) =>
        database.read((db) => knownOrders(db, { tenant, account, limit, before }, statements))
      return pageById(page, read, (order) => order)
    },
  }
}

/** RFC 9773 §5. Two that come at once wait for each other at the certificate that both replace. */
async function refuseReplaced(
  trx: Trx,
  tenant: string,
  { createdAt }: NewOrder,
  certificate: string,
  statements: OrderStatements,
): Promise<void> {
  await trx
    .updateTable('certificate')
    .set((eb) => ({ state: eb.ref('state') }))
    .where('tenant', '=', tenant)
    .where('id', '=', certificate)
    .execute()
  const rows = await trx
    .selectFrom('acme_order')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('replaces', '>=', `${certificate} `)
    .where('replaces', '<', `${certificate}!`)
    .execute()
  for (const row of rows) {
    const order = await knownOrder(trx, row, statements)
    if (isAlive(order, createdAt)) throw new Refusal('conflict', 'Another order replaces this certificate already.')
  }
}

/** Whether an order may still lead to a certificate, or has. The protocol says what it is in words; here it only counts. */
function isAlive({ state, names, authorizations, issuance, expiresAt }: KnownOrder, now: number): boolean {
  if (state === 'finalized') return issuance !== undefined && issuance.state !== 'abandoned'
  const isHopeful = ({ status, expiresAt: ends }: Authorization) =>
    (status === 'pending' || status === 'valid') && ends > now
  return (
    expiresAt > now &&
    names.every(({ authorization, isDeactivated }) =>
      authorization === undefined
        ? !isDeactivated
        : authorizations.some((one) => one.id === authorization && isHopeful(one)),
    )
  )
}

function changeOrders({ database, tenant }: TenantContext): Pick<OrderStore, 'deactivateName'> {
  const open = (trx: Trx, account: string, id: string) =>
    trx
      .updateTable('acme_order')
      .where('id', '=', id)
      .where('tenant', '=', tenant)
      .where('account', '=', account)
      .where('state', '=', 'open')
  return {
    deactivateName: (account, id, position) =>
      database.write(async (trx) => {
        // The row is held by this update: who finalizes the order waits, or was sooner.
        const row = await open(trx, account, id)
          .set((eb) => ({ state: eb.ref('state') }))
          .returning('identifiers')
          .executeTakeFirst()
        const names = row && fromJson(row.identifiers)
        const name = names?.[position]
        if (names === undefined || name === undefined || name.authorization !== undefined || name.isDeactivated)
          return false
        const changed: readonly OrderedName[] = names.map((one) =>
          one === name ? { ...one, isDeactivated: true } : one,
        )
        await open(trx, account, id)
          .set({ identifiers: toJson(changed) })
          .execute()
        return true
      }),
  }
}
