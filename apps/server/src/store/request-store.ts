import { type GrantId, Refusal } from '@chancery/pki'
import type { EnrollmentRequest, RequestStore } from '../enrollment/request-store.ts'
import { fromJson, toJson } from './json.ts'
import { mergedById, pageById } from './page-cursor.ts'
import type { EnrollmentRequestTable } from './schema.ts'
import type { TenantContext, Trx } from './store-context.ts'

export function requestStore({ database, tenant, audit }: TenantContext): RequestStore {
  return {
    create: (request, record) =>
      database.write(async (trx) => {
        await audit.recordCreation(trx, tenant, record)
        await trx.insertInto('enrollment_request').values(requestRow(request, tenant)).execute()
      }),
    find: (id) =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('enrollment_request')
          .selectAll()
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .executeTakeFirst()
        return row && toRequest(row)
      }),
    list: ({ authority, authorities, template, status }, page) => {
      const readOf = (limit: number, before: string | undefined, of: string | undefined) =>
        database.read((db) => {
          let rows = db.selectFrom('enrollment_request').selectAll().where('tenant', '=', tenant)
          if (of !== undefined) rows = rows.where('authority', '=', of)
          if (template !== undefined) rows = rows.where('template', '=', template)
          if (status !== undefined) rows = rows.where('status', '=', status)
          if (before !== undefined) rows = rows.where('id', '<', before)
          return rows.orderBy('id', 'desc').limit(limit).execute()
        })
      const read = (limit: number, before: string | undefined) =>
        authorities === undefined
          ? readOf(limit, before, authority)
          : mergedById(authorities, limit, (of) => readOf(limit, before, of))
      return pageById(page, read, toRequest)
    },
    decline: (id, { by, at, note }, record) =>
      database.write(async (trx) => {
        const row = await trx
          .updateTable('enrollment_request')
          .set({ status: 'declined', decided_at: at, decided_by: by, note: note ?? null })
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .where('status', '=', 'pending')
          .returningAll()
          .executeTakeFirst()
        if (row === undefined) return refuseDecided(trx, tenant, id)
        await audit.record(trx, tenant, record)
        return toRequest(row)
      }),
  }
}

function requestRow(request: EnrollmentRequest, tenant: string): EnrollmentRequestTable {
  return {
    id: request.id,
    tenant,
    authority: request.authority,
    template: request.template,
    template_revision: request.templateRevision,
    status: request.status,
    subject: request.subject,
    subject_alt_names: toJson(request.subjectAltNames),
    overrides: toJson(request.overrides),
    evidence: toJson(request.evidence),
    created_at: request.createdAt,
    decided_at: request.decidedAt ?? null,
    decided_by: request.decidedBy ?? null,
    note: request.note ?? null,
    certificate: request.certificate ?? null,
    csr: request.csr,
  }
}

function toRequest(row: EnrollmentRequestTable): EnrollmentRequest {
  const { decided_at, decided_by, note, certificate } = row
  return {
    id: row.id,
    authority: row.authority,
    template: row.template,
    templateRevision: row.template_revision,
    status: row.status,
    csr: row.csr,
    subject: row.subject,
    subjectAltNames: fromJson(row.subject_alt_names),
    overrides: fromJson(row.overrides),
    evidence: fromJson(row.evidence),
    createdAt: row.created_at,
    ...(decided_at !== null && { decidedAt: decided_at }),
    ...(decided_by !== null && { decidedBy: decided_by }),
    ...(note !== null && { note }),
    ...(certificate !== null && { certificate: certificate as GrantId }),
  }
}

async function refuseDecided(trx: Trx, tenant: string, id: string): Promise<undefined> {
  const row = await trx
    .selectFrom('enrollment_request')
    .select('status')
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return undefined
  throw new Refusal('conflict', `This request is ${row.status} already: only a pending one can be declined.`)
}
