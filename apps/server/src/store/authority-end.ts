import { Refusal } from '@chancery/pki'
import type { AuthorityStore } from '../authorities/authority-store.ts'
import { dropPolicies } from './acme-policy-store.ts'
import { touchIssuers } from './authority-rows.ts'
import { deleteNames } from './certificate-names.ts'
import { issuanceTurns } from './issuance-turns.ts'
import { fromJson } from './json.ts'
import { liveSubordinates } from './live-subordinates.ts'
import { endRolesFor } from './membership-rows.ts'
import { noteAbandoned } from './note-abandoned.ts'
import { putInOutbox } from './outbox.ts'
import type { TenantContext, Trx } from './store-context.ts'

/** So long a deletion is in the hands of the call that began it. */
const LEFT_ALONE_MS = 30_000

/** How a CA ends: archived it goes on answering, deleted it leaves little behind. */
export function endAuthorities(
  context: TenantContext,
): Pick<AuthorityStore, 'archive' | 'delete' | 'dropKeys' | 'purge'> {
  const { database, tenant, audit, newId } = context
  const turns = issuanceTurns(context)
  return {
    archive: (id, record) =>
      database.write(async (trx) => {
        await turns.hold(trx, id)
        const { numUpdatedRows } = await trx
          .updateTable('authority')
          .set({ status: 'archived' })
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .where('status', 'in', ['active', 'awaiting-certificate'])
          .executeTakeFirstOrThrow()
        if (numUpdatedRows === 0n) return refuseEnded(trx, tenant, id)
        await touchIssuers(trx, tenant)
        await audit.record(trx, tenant, record)
      }),
    delete: (id, now, record) =>
      database.write(async (trx) => {
        await turns.hold(trx, id)
        const { numUpdatedRows } = await trx
          .updateTable('authority')
          .set({ status: 'deleted' })
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .where('status', '<>', 'deleted')
          .executeTakeFirstOrThrow()
        if (numUpdatedRows === 0n) return refuseEnded(trx, tenant, id)
        // Held first: a CA that is put below this one at this moment is seen, or finds this one deleted.
        await closeGenerations(trx, tenant, id)
        const [below] = await liveSubordinates(trx, tenant, id, now).execute()
        if (below !== undefined) {
          throw new Refusal('conflict', `The CA "${below.name}" below this one is alive: revoke its certificate first.`)
        }
        await giveUpIntents(trx, context, id, record.act.at)
        await dropWhatServed(trx, tenant, id)
        await putInOutbox(trx, { id: newId(), tenant, kind: 'end', key: id, dueAt: record.act.at + LEFT_ALONE_MS })
        // Holds the row of the tenant: who is given a role for this CA at this moment waits, or has it already.
        await touchIssuers(trx, tenant)
        await endRolesFor(trx, tenant, id, record.act.at)
        await audit.record(trx, tenant, record)
      }),
    dropKeys: (id, now) =>
      database.write(async (trx) => {
        if (!(await isDeleted(trx, tenant, id))) return
        await trx
          .updateTable('generation')
          .set({ sealed_key: null })
          .where('tenant', '=', tenant)
          .where('authority', '=', id)
          .execute()
        // One that was made while its CA was deleted is here for nobody.
        await dropAll(trx, 'service_certificate', tenant, id)
        await trx.deleteFrom('outbox').where('kind', '=', 'end').where('key', '=', id).execute()
        await putInOutbox(trx, { id: newId(), tenant, kind: 'purge', key: id, dueAt: now })
        await touchIssuers(trx, tenant)
      }),
    purge: (id, limit) => database.write((trx) => purgePage(trx, tenant, id, limit)),
  }
}

async function refuseEnded(trx: Trx, tenant: string, id: string): Promise<never> {
  const row = await trx
    .selectFrom('authority')
    .select('status')
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) throw new Refusal('not-found', 'There is no such CA.')
  throw new Refusal('conflict', `This CA is ${row.status} already.`)
}

async function isDeleted(trx: Trx, tenant: string, authority: string): Promise<boolean> {
  const deleted = await trx
    .selectFrom('authority')
    .select('id')
    .where('tenant', '=', tenant)
    .where('id', '=', authority)
    .where('status', '=', 'deleted')
    .executeTakeFirst()
  return deleted !== undefined
}

/** What is being signed at this moment would come alive under a CA that answers for nothing any more. */
async function giveUpIntents(trx: Trx, context: TenantContext, authority: string, at: number): Promise<void> {
  const reason = 'The CA was deleted.'
  const given = await trx
    .updateTable('certificate')
    .set({ state: 'abandoned', note: reason, tbs: null, deadline_at: null })
    .where('tenant', '=', context.tenant)
    .where('authority', '=', authority)
    .where('state', '=', 'intent')
    .returning('evidence')
    .execute()
  for (const { evidence } of given)
    await noteAbandoned(trx, context, {
      authority,
      evidence: evidence === null ? undefined : fromJson(evidence),
      reason,
      at,
    })
}

/**
 * Waits for whoever revokes under this CA, loads its past or publishes one of its CRLs, for they hold its generations: what comes
 * later finds it deleted. The version grows, so that no answer of before is given again.
 */
async function closeGenerations(trx: Trx, tenant: string, authority: string): Promise<void> {
  await trx
    .updateTable('generation')
    .set((eb) => ({ status: 'retired', revocation_version: eb('revocation_version', '+', 1) }))
    .where('tenant', '=', tenant)
    .where('authority', '=', authority)
    .execute()
}

async function dropWhatServed(trx: Trx, tenant: string, authority: string): Promise<void> {
  await dropAll(trx, 'service_certificate', tenant, authority)
  await dropAll(trx, 'template', tenant, authority)
  await dropPolicies(trx, tenant, authority)
  await trx
    .deleteFrom('enrollment_request')
    .where('tenant', '=', tenant)
    .where('authority', '=', authority)
    .where('status', 'in', ['unconfirmed', 'pending', 'approved', 'signing'])
    .execute()
}

async function dropAll(
  trx: Trx,
  table: 'service_certificate' | 'template',
  tenant: string,
  authority: string,
): Promise<void> {
  await trx.deleteFrom(table).where('tenant', '=', tenant).where('authority', '=', authority).execute()
}

async function purgePage(trx: Trx, tenant: string, authority: string, limit: number): Promise<boolean> {
  if (!(await isDeleted(trx, tenant, authority))) return false
  return (
    (await purgeCertificates(trx, tenant, authority, limit)) || (await purgeRequests(trx, tenant, authority, limit))
  )
}

/** Certificates with their names: all of a page go, or none. */
async function purgeCertificates(trx: Trx, tenant: string, authority: string, limit: number): Promise<boolean> {
  const page = await trx
    .selectFrom('certificate')
    .select('id')
    .where('authority', '=', authority)
    .orderBy('id')
    .limit(limit)
    .execute()
  const last = page.at(-1)
  if (last === undefined) return false
  await trx
    .deleteFrom('renewal')
    .where(
      'certificate',
      'in',
      page.map(({ id }) => id),
    )
    .execute()
  // Their names as they are when they go: an upgrade may have added some since the page was read.
  const gone = await trx
    .deleteFrom('certificate')
    .where('authority', '=', authority)
    .where('id', '<=', last.id)
    .returning(['id', 'names'])
    .execute()
  await deleteNames(trx, tenant, gone)
  return true
}

async function purgeRequests(trx: Trx, tenant: string, authority: string, limit: number): Promise<boolean> {
  const page = await trx
    .selectFrom('enrollment_request')
    .select('id')
    .where('authority', '=', authority)
    .orderBy('id')
    .limit(limit)
    .execute()
  const last = page.at(-1)
  if (last === undefined) return false
  await trx
    .deleteFrom('enrollment_request')
    .where('tenant', '=', tenant)
    .where('authority', '=', authority)
    .where('id', '<=', last.id)
    .execute()
  return true
}
