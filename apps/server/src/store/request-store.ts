import { type GrantId, Refusal } from '@chancery/pki'
import type { EnrollmentRequest, RequestStore } from '../enrollment/request-store.ts'
import type { WebhookEvent } from '../webhooks/webhook.ts'
import { fromJson, toJson } from './json.ts'
import { putMail } from './mail-store.ts'
import { mergedById, pageById } from './page-cursor.ts'
import { putEvent } from './put-event.ts'
import { endClaim, putLink, toLink } from './request-links.ts'
import type { EnrollmentRequestTable } from './schema.ts'
import type { Db, TenantContext, Trx } from './store-context.ts'

/** Strangers' requests for one template that wait at a time, confirmed or not: nobody reads more, and nobody fills the disk. */
const MOST_OF_STRANGERS = 1_000

export function requestStore(context: TenantContext): RequestStore {
  return { ...lists(context), ...beginnings(context), ...claims(context), ...ends(context) }
}

function lists({ database, tenant }: TenantContext) {
  return {
    find: (id) =>
      database.read(async (db) => {
        const row = await seen(db, tenant).where('id', '=', id).executeTakeFirst()
        return row && toRequest(row)
      }),
    findLatest: (id) =>
      database.write(async (trx) => {
        const row = await seen(trx, tenant).where('id', '=', id).executeTakeFirst()
        return row && toRequest(row)
      }),
    list: ({ authority, authorities, template, status }, page) => {
      const readOf = (limit: number, before: string | undefined, of: string | undefined) =>
        database.read((db) => {
          let rows = seen(db, tenant)
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
    // Behind what is being written: whoever was told that it is renewed already finds by what.
    renewalOf: (certificate) =>
      database.write((trx) =>
        trx
          .selectFrom('renewal')
          .select(['next', 'csr'])
          .where('tenant', '=', tenant)
          .where('certificate', '=', certificate)
          .executeTakeFirst(),
      ),
    claimOf: (id) =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('request_link')
          .selectAll()
          .where('tenant', '=', tenant)
          .where('request', '=', id)
          .where('purpose', '=', 'claim')
          .executeTakeFirst()
        return row && toLink(row)
      }),
  } satisfies Partial<RequestStore>
}

/** What officers see: not what a stranger has not confirmed. */
function seen(db: Db, tenant: string) {
  return db
    .selectFrom('enrollment_request')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('status', '<>', 'unconfirmed')
}

function beginnings(context: TenantContext) {
  const { database, tenant, audit } = context
  return {
    create: (request, record, sent) =>
      database.write(async (trx) => {
        await audit.recordCreation(trx, tenant, record)
        if (request.status === 'unconfirmed') await checkRoom(trx, tenant, request.template)
        await trx.insertInto('enrollment_request').values(requestRow(request, tenant)).execute()
        if (sent !== undefined) await putLink(trx, tenant, sent)
        const event = BEGINS[request.status]
        if (event !== undefined)
          await putEvent(trx, { tenant, event, object: request.id, at: request.createdAt }, context)
      }),
    confirm: (id, record) =>
      database.write(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('enrollment_request')
          .set({ status: 'pending' })
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .where('status', '=', 'unconfirmed')
          .executeTakeFirstOrThrow()
        if (numUpdatedRows === 0n) return false
        await putEvent(trx, { tenant, event: 'request.received', object: id, at: record.act.at }, context)
        await audit.record(trx, tenant, record)
        return true
      }),
  } satisfies Partial<RequestStore>
}

/** Of a stranger's nobody hears before it is confirmed. */
const BEGINS: Partial<Record<EnrollmentRequest['status'], WebhookEvent>> = {
  pending: 'request.received',
  approved: 'request.approved',
}

function claims(context: TenantContext) {
  const { database, tenant, audit } = context
  return {
    approve: (id, { account, approvedAt, approved, subject, subjectAltNames }, sent, record) =>
      database.write(async (trx) => {
        const row = await trx
          .updateTable('enrollment_request')
          .set({
            status: 'approved',
            ...{ approved: toJson(approved), subject, subject_alt_names: toJson(subjectAltNames) },
            decided_at: approvedAt,
            decided_by: account,
            note: null,
          })
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .where('status', '=', 'pending')
          .where('csr', '=', NO_CSR)
          .returningAll()
          .executeTakeFirst()
        if (row === undefined) return refuseOtherwise(trx, tenant, id, 'only a pending form is approved')
        await putLink(trx, tenant, sent)
        await putEvent(trx, { tenant, event: 'request.approved', object: id, at: record.act.at }, context)
        await audit.record(trx, tenant, record)
        return toRequest(row)
      }),
    resend: (id, sent, record) =>
      database.write(async (trx) => {
        // Held until the link is there: what is claimed at this moment is claimed before, or by the new link.
        const row = await trx
          .updateTable('enrollment_request')
          .set({ status: 'approved' })
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .where('status', '=', 'approved')
          .returningAll()
          .executeTakeFirst()
        if (row === undefined) return refuseOtherwise(trx, tenant, id, 'a link is sent for an approved one alone')
        await putLink(trx, tenant, sent)
        await audit.record(trx, tenant, record)
        return toRequest(row)
      }),
    reopen: (id, certificate, sent, record) =>
      database.write(async (trx) => {
        const row = await trx
          .updateTable('enrollment_request')
          .set({ status: 'approved', certificate: null })
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .where('status', '=', 'issued')
          .where('certificate', '=', certificate)
          .where('approved', 'is not', null)
          .returningAll()
          .executeTakeFirst()
        if (row === undefined)
          return refuseOtherwise(trx, tenant, id, 'only a claim that led to this certificate is opened again')
        await putLink(trx, tenant, sent)
        await audit.record(trx, tenant, record)
        return toRequest(row)
      }),
  } satisfies Partial<RequestStore>
}

function ends(context: TenantContext) {
  const { database, tenant, audit } = context
  return {
    decline: (id, { by, at, note }, record, mail) =>
      database.write(async (trx) => {
        const row = await trx
          .updateTable('enrollment_request')
          .set({ status: 'declined', decided_at: at, decided_by: by, note: note ?? null })
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .where('status', 'in', ['pending', 'approved'])
          .returningAll()
          .executeTakeFirst()
        if (row === undefined) return refuseOtherwise(trx, tenant, id, 'only a pending or approved one can be declined')
        await endClaim(trx, tenant, id, at)
        await putEvent(trx, { tenant, event: 'request.declined', object: id, at }, context)
        if (mail !== undefined) await putMail(trx, mail)
        await audit.record(trx, tenant, record)
        return toRequest(row)
      }),
    tell: async (mail, link) => {
      await database.write(async (trx) => {
        if (link === undefined) await putMail(trx, mail)
        else await putLink(trx, tenant, { link, mail })
      })
    },
  } satisfies Partial<RequestStore>
}

async function checkRoom(trx: Trx, tenant: string, template: string): Promise<void> {
  const { count } = await trx
    .selectFrom('enrollment_request')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('tenant', '=', tenant)
    .where('template', '=', template)
    .where('status', 'in', ['unconfirmed', 'pending'])
    .where('email', 'is not', null)
    .executeTakeFirstOrThrow()
  if (count < MOST_OF_STRANGERS) return
  throw new Refusal('rate-limited', 'Too many requests wait for an answer here. Try again in some days.')
}

/** In place of a CSR, where there is none yet. */
const NO_CSR = new Uint8Array(0)

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
    csr: request.csr ?? NO_CSR,
    email: request.email ?? null,
    approved: request.approved === undefined ? null : toJson(request.approved),
  }
}

export function toRequest(row: EnrollmentRequestTable): EnrollmentRequest {
  const { decided_at, decided_by, note, certificate, email, approved } = row
  return {
    id: row.id,
    authority: row.authority,
    template: row.template,
    templateRevision: row.template_revision,
    status: row.status,
    ...(row.csr.length > 0 && { csr: row.csr }),
    subject: row.subject,
    subjectAltNames: fromJson(row.subject_alt_names),
    overrides: fromJson(row.overrides),
    evidence: fromJson(row.evidence),
    ...(email !== null && { email }),
    ...(approved !== null && { approved: fromJson(approved) }),
    createdAt: row.created_at,
    ...(decided_at !== null && { decidedAt: decided_at }),
    ...(decided_by !== null && { decidedBy: decided_by }),
    ...(note !== null && { note }),
    ...(certificate !== null && { certificate: certificate as GrantId }),
  }
}

async function refuseOtherwise(trx: Trx, tenant: string, id: string, rule: string): Promise<undefined> {
  const row = await seen(trx, tenant).where('id', '=', id).executeTakeFirst()
  if (row === undefined) return undefined
  throw new Refusal('conflict', `This request is ${row.status}: ${rule}.`)
}
