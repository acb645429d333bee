import { CLOSED_ENROLLMENT, type Profile, Refusal, type Template, type TemplateId } from '@chancery/pki'
import type { TemplateStore } from '../templates/template-store.ts'
import { policyOffering } from './acme-policy-store.ts'
import { isUniqueViolation } from './database-errors.ts'
import { issuanceTurns } from './issuance-turns.ts'
import { fromJson, toJson } from './json.ts'
import { keptRead } from './kept-reads.ts'
import { mergedById, pageById } from './page-cursor.ts'
import { refreshCrls } from './refresh-crls.ts'
import type { TemplateTable } from './schema.ts'
import { statement } from './statement.ts'
import type { Db, StoreContext, TenantContext, Trx } from './store-context.ts'

/** The stores of all tenants share what is read before every issuance. */
export function templateStores(context: StoreContext): (tenant: string) => TemplateStore {
  const find = statement<{ tenant: string; id: string }, TemplateTable>((place) =>
    context.database.kysely
      .selectFrom('template')
      .selectAll()
      .where('tenant', '=', place('tenant'))
      .where('id', '=', place('id')),
  )
  const toKnownTemplate = knownTemplates()
  return (tenant) => ({
    find: keptRead(context.database, ['template'], async (id) => {
      const { rows } = await context.database.read((db) => find(db, { tenant, id }))
      return rows[0] && toKnownTemplate(rows[0])
    }),
    ...listTemplates({ ...context, tenant }),
    ...changeTemplates({ ...context, tenant }),
  })
}

function listTemplates({ database, tenant }: TenantContext) {
  return {
    list: ({ authority, authorities }, page) => {
      const readOf = (limit: number, before: string | undefined, of: string | undefined) =>
        database.read((db) => {
          let rows = templates(db, tenant)
          if (of !== undefined) rows = rows.where('authority', '=', of)
          if (before !== undefined) rows = rows.where('id', '<', before)
          return rows.orderBy('id', 'desc').limit(limit).execute()
        })
      const read = (limit: number, before: string | undefined) =>
        authorities === undefined
          ? readOf(limit, before, authority)
          : mergedById(authorities, limit, (of) => readOf(limit, before, of))
      return pageById(page, read, (row) => toTemplate(row))
    },
    countLive: (id, now) => database.read((db) => countLive(db, tenant, id, now, MANY)),
  } satisfies Partial<TemplateStore>
}

function changeTemplates(context: TenantContext) {
  const { database, tenant, audit } = context
  const turns = issuanceTurns(context)
  return {
    create: (template, createdAt, record) =>
      refuseTakenName(() =>
        database.write(async (trx) => {
          await audit.recordCreation(trx, tenant, record)
          await trx
            .insertInto('template')
            .values(templateRow(template, tenant, createdAt))
            .execute()
          await refreshCrls(trx, template.authority, record.act.at, context)
        }),
      ),
    update: (id, revision, { name, description, enabled, profile, enrollment }, record) =>
      refuseTakenName(() =>
        database.write(async (trx) => {
          const row = await trx
            .updateTable('template')
            .set({
              ...(name !== undefined && { name }),
              ...(description !== undefined && { description }),
              ...(enabled !== undefined && { enabled: enabled ? 1 : 0 }),
              ...(profile !== undefined && { profile: toJson(profile) }),
              ...(enrollment !== undefined && { enrollment: toJson(enrollment) }),
              revision: revision + 1,
            })
            .where('tenant', '=', tenant)
            .where('id', '=', id)
            .where('revision', '=', revision)
            .returningAll()
            .executeTakeFirst()
          if (row === undefined) return refuseOvertaken(trx, tenant, id)
          // By what a CA is to certify goes how long its CRLs live.
          if (enabled !== undefined || profile !== undefined)
            await refreshCrls(trx, row.authority, record.act.at, context)
          await audit.record(trx, tenant, record)
          return toTemplate(row)
        }),
      ),
    delete: (id, now, record) =>
      database.write(async (trx) => {
        // Before anything is counted: a certificate that is being issued would be counted by nobody.
        const there = await templates(trx, tenant).where('id', '=', id).executeTakeFirst()
        if (there === undefined) return false
        await turns.hold(trx, there.authority)
        await refuseOffered(trx, tenant, there)
        const { numDeletedRows } = await trx
          .deleteFrom('template')
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .executeTakeFirstOrThrow()
        if (numDeletedRows === 0n) return false
        if ((await countLive(trx, tenant, id, now, 1)) > 0) {
          throw new Refusal(
            'conflict',
            'Certificates from this template are alive: it can be disabled, and deleted later.',
          )
        }
        await declineRequests(trx, tenant, id, record.act.at)
        await dropUnconfirmed(trx, tenant, id)
        await audit.record(trx, tenant, record)
        return true
      }),
  } satisfies Partial<TemplateStore>
}

async function declineRequests(trx: Trx, tenant: string, template: string, at: number): Promise<void> {
  await trx
    .updateTable('enrollment_request')
    .set({ status: 'declined', decided_at: at, note: 'The template was deleted.' })
    .where('tenant', '=', tenant)
    .where('template', '=', template)
    .where('status', 'in', ['pending', 'approved'])
    .execute()
}

async function refuseOffered(trx: Trx, tenant: string, { id, authority }: TemplateTable): Promise<void> {
  const policy = await policyOffering(trx, tenant, { authority, template: id })
  if (policy === undefined) return
  throw new Refusal('conflict', `The ACME policy "${policy.name}" offers this template: take it out there first.`)
}

/** What nobody but its sender knows of ends with its template. */
async function dropUnconfirmed(trx: Trx, tenant: string, template: string): Promise<void> {
  await trx
    .deleteFrom('enrollment_request')
    .where('tenant', '=', tenant)
    .where('template', '=', template)
    .where('status', '=', 'unconfirmed')
    .execute()
}

/** Beyond this nobody needs to know how many. */
const MANY = 10_000

function templates(db: Db | Trx, tenant: string) {
  return db.selectFrom('template').selectAll().where('tenant', '=', tenant)
}

export function templateRow(template: Template, tenant: string, createdAt: number): TemplateTable {
  const { publicId, enabled, profile, enrollment, ...same } = template
  return {
    ...same,
    tenant,
    public_id: publicId,
    enabled: enabled ? 1 : 0,
    profile: toJson(profile),
    enrollment: toJson(enrollment),
    created_at: createdAt,
  }
}

export function toTemplate(row: TemplateTable, profile: Profile = fromJson(row.profile)): Template {
  const { id, public_id, authority, name, description, enabled, revision, enrollment } = row
  return {
    id: id as TemplateId,
    publicId: public_id,
    authority,
    name,
    description,
    enabled: enabled === 1,
    revision,
    profile,
    // The release before writes none.
    enrollment: enrollment === null ? CLOSED_ENROLLMENT : fromJson(enrollment),
  }
}

/** Templates as their rows were read last: a profile is parsed once for as long as it stays. */
function knownTemplates(): (row: TemplateTable) => Template {
  const known = new Map<string, { readonly profile: TemplateTable['profile']; readonly parsed: Template['profile'] }>()
  return (row) => {
    const { id, profile } = row
    const kept = known.get(id)
    if (kept?.profile === profile) return toTemplate(row, kept.parsed)
    if (known.size >= MOST_KNOWN) known.clear()
    const template = toTemplate(row)
    known.set(id, { profile, parsed: template.profile })
    return template
  }
}
const MOST_KNOWN = 2_000

/** Certificates and waiting intents that are neither expired nor revoked for good, counted up to `most`. */
async function countLive(db: Db | Trx, tenant: string, template: string, now: number, most: number): Promise<number> {
  const live = await db
    .selectFrom(
      db
        .selectFrom('certificate')
        .select('id')
        .where('tenant', '=', tenant)
        .where('template', '=', template)
        .where('not_after', '>=', now)
        .where('state', '<>', 'abandoned')
        .where((eb) => eb.or([eb('revocation', 'is', null), eb('revocation', '=', 'held')]))
        .limit(most)
        .as('live'),
    )
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return live.count
}

async function refuseOvertaken(trx: Trx, tenant: string, id: string): Promise<undefined> {
  const row = await trx
    .selectFrom('template')
    .select('revision')
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return undefined
  throw new Refusal('conflict', `Somebody changed this template meanwhile: it is at revision ${row.revision} now.`)
}

async function refuseTakenName<Result>(change: () => Promise<Result>): Promise<Result> {
  try {
    return await change()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    const detail = 'Another template of this CA has this name: choose another one.'
    throw new Refusal('conflict', detail, [{ field: '/name', detail }])
  }
}
