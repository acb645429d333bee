import { sha256 } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import type { AuditRecord } from '../audit/audit-record.ts'
import type { AuthorityStore, NewAuthorityCertificate, NewGeneration } from '../authorities/authority-store.ts'
import type { Authority } from '../issuers/authority.ts'
import { activate, openAuthority } from './activate-certificate.ts'
import { refuseTaken } from './authority-conflicts.ts'
import { endAuthorities } from './authority-end.ts'
import { countExtent } from './authority-extent.ts'
import {
  authorityRow,
  GENERATION_COLUMNS,
  generationRow,
  insertAuthorityCertificate,
  toAuthority,
  toAuthorityCertificate,
  toGeneration,
  touchIssuers,
} from './authority-rows.ts'
import { checkSeen, readKnown, refuseRevoked, tieCertificates, unlessOvertaken } from './authority-ties.ts'
import { certifiedElsewhere } from './certified-elsewhere.ts'
import { addEarlier } from './earlier-certificates.ts'
import { toJson } from './json.ts'
import { liveSubordinates } from './live-subordinates.ts'
import { putInOutbox } from './outbox.ts'
import { pageById } from './page-cursor.ts'
import { plannedInserter } from './planned-issuance.ts'
import { refreshCrls } from './refresh-crls.ts'
import { renewKey } from './renew-key.ts'
import { forgetExpired } from './retention.ts'
import type { TenantContext, Trx } from './store-context.ts'
import { templateRow } from './template-store.ts'

export function authorityStore(context: TenantContext): AuthorityStore {
  return {
    ...readAuthorities(context),
    ...makeAuthorities(context),
    renewKey: renewKey(context),
    update: changeAuthority(context),
    ...endAuthorities(context),
    addEarlier: addEarlier(context),
    certifiedElsewhere: (authority, now) => certifiedElsewhere(context, authority, now),
    extent: countExtent(context),
    forgetExpired: forgetExpired(context),
  }
}

function readAuthorities({ database, tenant }: TenantContext) {
  return {
    find: (id) =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('authority')
          .selectAll()
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .executeTakeFirst()
        return row && toAuthority(row)
      }),
    list: (page, some) => {
      const read = async (limit: number, before: string | undefined) =>
        database.read(async (db) => {
          let rows = db.selectFrom('authority').selectAll().where('tenant', '=', tenant)
          if (some?.length === 0) return []
          if (some !== undefined) rows = rows.where('id', 'in', some)
          return (before === undefined ? rows : rows.where('id', '<', before))
            .orderBy('id', 'desc')
            .limit(limit)
            .execute()
        })
      return pageById(page, read, toAuthority)
    },
    generations: (authority) =>
      database.read(async (db) => {
        const generations = await db
          .selectFrom('generation')
          .select(GENERATION_COLUMNS)
          .where('tenant', '=', tenant)
          .where('authority', '=', authority)
          .orderBy('number', 'desc')
          .execute()
        const certificates = await db
          .selectFrom('authority_certificate')
          .selectAll()
          .where('tenant', '=', tenant)
          .where('generation', 'in', (eb) =>
            eb.selectFrom('generation').select('id').where('tenant', '=', tenant).where('authority', '=', authority),
          )
          .orderBy('id', 'desc')
          .execute()
        return generations.map((generation) => ({
          ...toGeneration(generation),
          certificates: certificates.filter((row) => row.generation === generation.id).map(toAuthorityCertificate),
        }))
      }),
    known: () => database.read((db) => readKnown(db, tenant)),
    liveSubordinates: (authority, now) =>
      database.read(async (db) => (await liveSubordinates(db, tenant, authority, now).execute()).map(toAuthority)),
  } satisfies Partial<AuthorityStore>
}

function makeAuthorities(context: TenantContext) {
  const { database, tenant, audit, newId } = context
  const insertPlanned = plannedInserter(context)
  return {
    create: async ({ authority, generation, certificate, template, planned }, record) => {
      await refuseTaken(context, generation, authority.name, () =>
        database.write(async (trx) => {
          await audit.recordCreation(trx, tenant, record)
          await trx
            .insertInto('authority')
            .values(authorityRow(ours(authority, tenant)))
            .execute()
          await insertGeneration(trx, generation, context)
          if (certificate !== undefined) {
            await insertAuthorityCertificate(trx, tenant, certificate)
            await putInOutbox(trx, { id: newId(), tenant, kind: 'crl', key: generation.id, dueAt: record.act.at })
          }
          await trx
            .insertInto('template')
            .values(templateRow(template, tenant, authority.createdAt))
            .execute()
          await insertPlanned(trx, planned)
          await startRetention(trx, authority, record, context)
          await touchIssuers(trx, tenant)
        }),
      )
    },
    addGeneration: (generation, certificate, record, planned) =>
      refuseTaken(context, generation, undefined, () =>
        database.write(async (trx) => {
          await audit.recordCreation(trx, tenant, record)
          await openAuthority(trx, tenant, generation.authority)
          await insertGeneration(trx, { ...generation, status: 'awaiting-certificate' }, context)
          if (certificate !== undefined) await activate(trx, certificate, record, context)
          await insertPlanned(trx, planned)
          await touchIssuers(trx, tenant)
        }),
      ),
    addCertificate: (certificate, record, found) =>
      unlessOvertaken(() =>
        database.write(async (trx) => {
          if (await isAdded(trx, tenant, certificate)) return
          await audit.recordCreation(trx, tenant, record)
          await activate(trx, certificate, record, context)
          await tieCertificates(trx, found?.ties ?? [], record, context)
          if (found !== undefined) await refuseRevoked(trx, tenant, certificate.id)
          await touchIssuers(trx, tenant)
          if (found !== undefined) await checkSeen(trx, tenant, found.seen + 1)
        }),
      ),
    tie: ({ seen, ties }, record) =>
      unlessOvertaken(() =>
        database.write(async (trx) => {
          await tieCertificates(trx, ties, record, context)
          await touchIssuers(trx, tenant)
          await checkSeen(trx, tenant, seen)
          await audit.record(trx, tenant, record)
        }),
      ),
  } satisfies Partial<AuthorityStore>
}

function changeAuthority(context: TenantContext): AuthorityStore['update'] {
  const { database, tenant, audit } = context
  return (id, { name, cps, settings, revision }, record) =>
    refuseTaken(context, undefined, name, () =>
      database.write(async (trx) => {
        const row = () => trx.updateTable('authority').where('tenant', '=', tenant).where('id', '=', id)
        // Taken first, so that two who change it at once do so one after the other, and neither what the other has not seen.
        const held = await row().set({ tenant }).where('status', '<>', 'deleted').returningAll().executeTakeFirst()
        if (held === undefined) return undefined
        const before = toAuthority(held)
        if (revision !== undefined && revision !== before.revision) throw overtaken(before)
        const changed = await row()
          .set({
            ...(name !== undefined && { name }),
            ...(cps !== undefined && { cps }),
            ...(settings !== undefined && { settings: toJson(settings(before.settings)) }),
            revision: before.revision + 1,
          })
          .returningAll()
          .executeTakeFirstOrThrow()
        const after = toAuthority(changed)
        if (settings !== undefined) await refreshCrls(trx, id, record.act.at, context)
        await startRetention(trx, after, record, context)
        await touchIssuers(trx, tenant)
        await audit.record(trx, tenant, record)
        return { before, after }
      }),
    )
}

function overtaken({ revision }: Authority): Refusal {
  return new Refusal('conflict', `Somebody changed this CA meanwhile: it is at revision ${revision} now.`)
}

async function isAdded(trx: Trx, tenant: string, { id }: NewAuthorityCertificate): Promise<boolean> {
  const added = trx.selectFrom('authority_certificate').select('id').where('tenant', '=', tenant).where('id', '=', id)
  return (await added.executeTakeFirst()) !== undefined
}

/** Whoever sets a retention puts the work that keeps it. */
async function startRetention(
  trx: Trx,
  { id, settings }: Authority,
  { act }: AuditRecord,
  { tenant, newId }: TenantContext,
): Promise<void> {
  if (settings.retentionDays === undefined) return
  await putInOutbox(trx, { id: newId(), tenant, kind: 'retention', key: id, dueAt: act.at })
}

async function insertGeneration(trx: Trx, generation: NewGeneration, { tenant }: TenantContext): Promise<void> {
  await trx
    .insertInto('generation')
    .values(generationRow(ours(generation, tenant), sha256(generation.publicKey)))
    .execute()
}

/** What the domain stores belongs to the tenant of the store, or it is a fault of ours. */
function ours<Value extends { readonly tenant: string }>(value: Value, tenant: string): Value {
  if (value.tenant !== tenant) throw new Error('a value of another tenant was to be stored')
  return value
}
