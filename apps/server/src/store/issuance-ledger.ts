import { sha256 } from '@chancery/keys'
import { type Evidence, type GrantId, Refusal } from '@chancery/pki'
import type { AuditRecord } from '../audit/audit-record.ts'
import type { FindOpenIntents, Intent, Issuance, IssuanceLedger, Issued } from '../issuance/issuance-ledger.ts'
import { type FinalizeOrder, orderFinalizer, orderIsSpent } from './acme-order-finalizer.ts'
import { intentRow, toIntent } from './certificate-rows.ts'
import { refuseCompromised } from './compromised-keys.ts'
import { type IssuanceStatements, issuanceStatements } from './issuance-statements.ts'
import { type IssuanceTurns, issuanceTurns } from './issuance-turns.ts'
import { fromJson, toJson } from './json.ts'
import { noteAbandoned } from './note-abandoned.ts'
import { putInOutbox } from './outbox.ts'
import { putEvent } from './put-event.ts'
import type { CertificateTable } from './schema.ts'
import { searchKeys } from './search-keys.ts'
import { endRequest, reopenRequest, startRequest } from './signed-request.ts'
import type { StoreContext, TenantContext, Trx } from './store-context.ts'
import { present } from './without-nulls.ts'

/** The ledgers of all tenants share their statements. */
export function issuanceLedgers(context: StoreContext): (tenant: string) => IssuanceLedger {
  const means = issuanceMeans(context)
  return (tenant) => issuanceLedger({ ...context, tenant }, means)
}

/** What writing an intent takes. */
export interface IssuanceMeans {
  readonly statements: IssuanceStatements
  readonly turns: IssuanceTurns
  readonly finalizeOrder: FinalizeOrder
}

export function issuanceMeans(context: StoreContext): IssuanceMeans {
  return {
    statements: issuanceStatements(context),
    turns: issuanceTurns(context),
    finalizeOrder: orderFinalizer(context),
  }
}

function issuanceLedger(context: TenantContext, means: IssuanceMeans): IssuanceLedger {
  const { statements } = means
  const { database, tenant, audit } = context
  return {
    recordIntent: async (intent, record) => {
      const insert = intentInserter(intent, record, context, means)
      await database.write(insert)
    },
    recordIssued: (issued) => {
      const keys = searchKeys(issued.names)
      return database.write(async (trx) => {
        const { rows } = await statements.updateIssued(trx, {
          tenant,
          id: issued.id,
          der: issued.der,
          fingerprint: issued.fingerprint,
          issued_at: issued.issuedAt,
          names: toJson(keys),
        })
        const [row] = rows
        if (row === undefined) return storedInstead(trx, tenant, issued)
        await statements.insertNames(trx, tenant, issued.id, keys)
        if (row.request !== null) await endRequest(trx, context, issued, row.request)
        await putEvent(trx, { tenant, event: 'certificate.issued', object: issued.id, at: issued.issuedAt }, context)
        return issued.der
      })
    },
    checkKey: (publicKeyHash) => database.read((db) => refuseCompromised(db, publicKeyHash, tenant)),
    abandon: (id, reason, record) =>
      database.write(async (trx) => {
        const row = await trx
          .updateTable('certificate')
          .set({ state: 'abandoned', note: reason, tbs: null, deadline_at: null })
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .where('state', '=', 'intent')
          .returning(['request', 'evidence', 'authority'])
          .executeTakeFirst()
        if (row === undefined) return
        const evidence = row.evidence === null ? undefined : fromJson(row.evidence)
        if (evidence?.by === 'renewal') await dropRenewal(trx, tenant, id)
        if (row.request !== null) await reopenRequest(trx, { tenant, id, request: row.request, reason, evidence })
        await noteAbandoned(trx, context, { authority: row.authority, evidence, reason, at: record.act.at })
        await audit.record(trx, tenant, record)
      }),
    find: (id) =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('certificate')
          .selectAll()
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .executeTakeFirst()
        return row && toIssuance(row)
      }),
  }
}

/**
 * Writes an intent in a transaction, which may write what it is for too. The certificate of a CA has to be taken over
 * once it is issued: that is put into the outbox.
 */
export function intentInserter(
  intent: Intent,
  record: AuditRecord,
  { tenant, audit, newId }: TenantContext,
  { statements, turns, finalizeOrder }: IssuanceMeans,
): (trx: Trx) => Promise<void> {
  if (intent.tenant !== tenant) throw new Error('an intent of another tenant was to be recorded')
  const row = intentRow(intent, sha256(intent.tbs))
  const insert = statements[statementFor(intent)]
  const { evidence, recordedAt } = intent
  return async (trx) => {
    await turns.share(trx, intent.authority)
    await audit.recordCreation(trx, tenant, record)
    const { numAffectedRows } = await insert(trx, row)
    if (numAffectedRows !== 1n) return refuseIntent(trx, intent)
    if (evidence.by === 'acme-order') await finalizeOrder(trx, intent)
    if (intent.request !== undefined) await startRequest(trx, intent, intent.request)
    if (evidence.by === 'renewal') await startRenewal(trx, intent, evidence, newId)
    if (intent.crlPartition > 0) await openPartition(trx, intent)
    if (evidence.by === 'system' && evidence.purpose === 'intermediate-ca') {
      await putInOutbox(trx, { id: newId(), tenant, kind: 'take-over', key: intent.id, dueAt: recordedAt })
    }
  }
}

function statementFor({ template, evidence }: Intent) {
  if (template !== undefined) return 'insertTemplateIntent'
  return evidence.by === 'system' && evidence.purpose === 'ocsp-responder' ? 'insertServiceIntent' : 'insertIntent'
}

function toIssuance(row: CertificateTable): Issuance | undefined {
  const id = row.id as GrantId
  switch (row.state) {
    case 'intent':
      return { state: 'intent', intent: toIntent(row) }
    case 'issued':
      // Of a certificate of before an import perhaps nothing but the serial is known: it was not issued by this path.
      return row.der === null ? undefined : { state: 'issued', id, der: row.der }
    case 'abandoned':
      return { state: 'abandoned', id, reason: row.note ?? '' }
  }
}

/** The statement found something in its way: tells what. */
async function refuseIntent(trx: Trx, intent: Intent): Promise<never> {
  const { tenant, authority, generation, template, publicKeyHash } = intent
  await refuseCompromised(trx, publicKeyHash, tenant)
  const issuer = await trx
    .selectFrom('generation')
    .select('id')
    .where('tenant', '=', tenant)
    .where('id', '=', generation)
    .where('authority', '=', authority)
    .executeTakeFirst()
  if (issuer === undefined) throw new Refusal('not-found', 'There is no such CA.')
  await refuseEnded(trx, intent)
  if (template !== undefined) {
    const found = await trx
      .selectFrom('template')
      .select('id')
      .where('tenant', '=', tenant)
      .where('id', '=', template)
      .executeTakeFirst()
    if (found === undefined) throw new Refusal('not-found', 'The template was deleted meanwhile.')
  }
  if (intent.evidence.by === 'acme-order') throw orderIsSpent()
  throw new Refusal('conflict', 'This permission was used already: ask for a new one.')
}

/** Issuers are opened before their intents are written: a CA may have ended in between. */
async function refuseEnded(trx: Trx, intent: Intent): Promise<void> {
  const { status, name } = await trx
    .selectFrom('authority')
    .select(['status', 'name'])
    .where('tenant', '=', intent.tenant)
    .where('id', '=', intent.authority)
    .executeTakeFirstOrThrow()
  if (status === 'active' || (status === 'archived' && statementFor(intent) === 'insertServiceIntent')) return
  throw new Refusal('issuer-inactive', `The CA "${name}" issues nothing: it is ${status}.`)
}

/** A certificate is renewed once; the old one ends when the new one is there. */
async function startRenewal(
  trx: Trx,
  { tenant, id, recordedAt }: Intent,
  { certificate, csr, supersedes }: Evidence & { readonly by: 'renewal' },
  newId: () => string,
): Promise<void> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('renewal')
    .values({ certificate, tenant, next: id, csr, created_at: recordedAt })
    .onConflict((conflict) => conflict.column('certificate').doNothing())
    .executeTakeFirstOrThrow()
  if (numInsertedOrUpdatedRows !== 1n) throw new Refusal('conflict', 'This certificate was renewed already.')
  if (supersedes)
    await putInOutbox(trx, { id: newId(), tenant, kind: 'supersede', key: certificate, dueAt: recordedAt })
}

async function dropRenewal(trx: Trx, tenant: string, next: string): Promise<void> {
  await trx.deleteFrom('renewal').where('tenant', '=', tenant).where('next', '=', next).execute()
}

async function openPartition(trx: Trx, { tenant, generation, crlPartition }: Intent): Promise<void> {
  await trx
    .insertInto('crl_partition')
    .values({ generation, partition: crlPartition, tenant })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Somebody else fulfilled or abandoned the intent first: what they stored stands. Or the key is known to be compromised. */
async function storedInstead(trx: Trx, tenant: string, { id }: Issued): Promise<Uint8Array> {
  const row = await trx
    .selectFrom('certificate')
    .select(['state', 'der', 'note', 'public_key_hash'])
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) throw new Refusal('not-found', 'There is no such issuance.')
  if (row.state === 'abandoned')
    throw new Refusal('conflict', `This issuance was given up meanwhile: ${row.note ?? ''}`)
  if (row.state === 'intent') await refuseCompromised(trx, present(row.public_key_hash, 'public_key_hash'), tenant)
  return present(row.der, 'der')
}

/** Across tenants, for the sweep. Intents are found by an index that holds nothing but them. */
export function findOpenIntents({ database }: StoreContext): FindOpenIntents {
  return (recordedBefore, limit, after) =>
    database.read(async (db) => {
      let rows = db.selectFrom('certificate').selectAll().where('state', '=', 'intent')
      if (after !== undefined) rows = rows.where('id', '>', after)
      const found = await rows.where('recorded_at', '<', recordedBefore).orderBy('id').limit(limit).execute()
      return found.map(toIntent)
    })
}
