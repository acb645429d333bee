import { Refusal } from '@chancery/pki'
import type { AuditRecord } from '../audit/audit-record.ts'
import type { RegisteredCertificate, Revocation } from '../certificates/certificate-register.ts'
import type { RevocationLedger, RevocationVersion, StatusOfSerial } from '../revocation/revocation-ledger.ts'
import type { WebhookEvent } from '../webhooks/webhook.ts'
import { REGISTERED_COLUMNS, toRegistered, toRevocation } from './certificate-rows.ts'
import { EVERYBODY, rememberCompromised, wasProven } from './compromised-keys.ts'
import { isOfDeletedAuthority } from './held-generation.ts'
import { keptRead } from './kept-reads.ts'
import { putInOutbox } from './outbox.ts'
import { putEvent } from './put-event.ts'
import type { CertificateTable } from './schema.ts'
import { statement } from './statement.ts'
import type { StoreContext, TenantContext, Trx } from './store-context.ts'

/** CRLReason, RFC 5280 §5.3.1. */
export const KEY_COMPROMISE = 1
export const HOLD = 6

export function revocationLedger({ database, tenant, audit, newId, listeners }: TenantContext): RevocationLedger {
  /** One change of a certificate's revocation, and all that must know of it. */
  const change = (
    id: string,
    record: AuditRecord,
    update: (trx: Trx, version: number) => Promise<RegisteredCertificate>,
  ) =>
    database.write(async (trx) => {
      // First the generation's row: whoever changes another of its revocations waits here, so versions come in order of commit.
      const generation = await nextVersion(trx, tenant, id)
      if (generation === undefined) return undefined
      // No CRL could tell of it any more.
      if (await isOfDeletedAuthority(trx, generation.id))
        throw new Refusal('not-found', 'The CA of this certificate was deleted.')
      const certificate = await update(trx, generation.revocation_version)
      if (isWorthTelling(certificate, record))
        await putInOutbox(trx, { id: newId(), tenant, kind: 'revoked', key: id, dueAt: record.act.at })
      await putInOutbox(trx, { id: newId(), tenant, kind: 'crl', key: generation.id, dueAt: record.act.at })
      const event = eventOf(certificate)
      await putEvent(trx, { tenant, event, object: id, at: record.act.at }, { listeners, newId })
      await touchIssuersOf(trx, tenant, id)
      await audit.record(trx, tenant, record)
      return certificate
    })

  return {
    revoke: (id, revocation, record) =>
      change(id, record, async (trx, version) => {
        const row = await revokeRow(trx, { tenant, id, revocation, version })
        if (row === undefined) return refuseRevoked(trx, tenant, id)
        if (revocation.reason === KEY_COMPROMISE && row.public_key_hash !== null) {
          await rememberCompromised(trx, row.public_key_hash, revocation.revokedAt, wasProven(row) ? EVERYBODY : tenant)
        }
        return toRegistered(row)
      }),
    unrevoke: (id, _at, record) =>
      change(id, record, async (trx, version) => {
        const row = await trx
          .updateTable('certificate')
          .set({ revocation: null, revocation_reason: null, invalidity_at: null, revocation_version: version })
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .where('revocation', '=', 'held')
          .returning(REGISTERED_COLUMNS)
          .executeTakeFirst()
        if (row === undefined)
          throw new Refusal('conflict', 'This certificate is not on hold: only a hold can be ended.')
        return toRegistered(row)
      }),
  }
}

function eventOf({ revocation }: RegisteredCertificate): WebhookEvent {
  if (revocation === undefined) return 'certificate.released'
  return revocation.reason === HOLD ? 'certificate.held' : 'certificate.revoked'
}

/** Who asked is told, but not of what the installation does by itself: it ends what was renewed, and its own certificates. */
function isWorthTelling({ template }: RegisteredCertificate, { act }: AuditRecord): boolean {
  return template !== undefined && act.actor.kind !== 'system'
}

function nextVersion(trx: Trx, tenant: string, certificate: string) {
  return trx
    .updateTable('generation')
    .set((eb) => ({ revocation_version: eb('revocation_version', '+', 1) }))
    .where('tenant', '=', tenant)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('certificate')
        .select('generation')
        .where('tenant', '=', tenant)
        .where('id', '=', certificate)
        .where('state', '=', 'issued'),
    )
    .returning(['id', 'revocation_version'])
    .executeTakeFirst()
}

/** No row when what is there may not become this. */
function revokeRow(
  trx: Trx,
  { tenant, id, revocation, version }: { tenant: string; id: string; revocation: Revocation; version: number },
): Promise<CertificateTable | undefined> {
  const { revokedAt, reason, invalidityAt } = revocation
  return trx
    .updateTable('certificate')
    .set((eb) => ({
      revocation: reason === HOLD ? 'held' : 'revoked',
      revoked_at: eb.case().when('revocation', '=', 'revoked').then(eb.ref('revoked_at')).else(eb.val(revokedAt)).end(),
      revocation_reason: reason,
      ...(invalidityAt !== undefined && { invalidity_at: invalidityAt }),
      revocation_version: version,
    }))
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .where((eb) => {
      const unrevoked = eb('revocation', 'is', null)
      if (reason === HOLD) return unrevoked
      if (reason === KEY_COMPROMISE) return eb.or([unrevoked, eb('revocation_reason', '<>', KEY_COMPROMISE)])
      return eb.or([unrevoked, eb('revocation', '=', 'held')])
    })
    .returningAll()
    .executeTakeFirst()
}

async function refuseRevoked(trx: Trx, tenant: string, id: string): Promise<never> {
  const { revocation, revocation_reason: reason } = await trx
    .selectFrom('certificate')
    .select(['revocation', 'revocation_reason'])
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  throw new Refusal(
    'conflict',
    revocation === 'held'
      ? 'This certificate is on hold already: end the hold, or revoke it for another reason.'
      : reason === KEY_COMPROMISE
        ? 'This certificate is revoked already, for keyCompromise: there is nothing left to do.'
        : 'This certificate is revoked already: its reason can only be sharpened to keyCompromise.',
  )
}

/** The revocation of a CA's certificate changes what its CA, and every CA below it, may do. */
async function touchIssuersOf(trx: Trx, tenant: string, certificate: string): Promise<void> {
  await trx
    .updateTable('tenant')
    .set((eb) => ({ issuer_version: eb('issuer_version', '+', 1) }))
    .where('id', '=', tenant)
    .where(({ or, exists, selectFrom }) =>
      or([
        exists(
          selectFrom('authority_certificate')
            .select('id')
            .where('tenant', '=', tenant)
            .where('issued_as', '=', certificate),
        ),
        exists(
          selectFrom('authority_chain')
            .select('position')
            .where('tenant', '=', tenant)
            .where('issued_as', '=', certificate),
        ),
      ]),
    )
    .execute()
}

/** By generation and serial, across tenants: an OCSP request names nothing else. */
export function statusOfSerial({ database }: StoreContext): StatusOfSerial {
  type Row = Pick<CertificateTable, 'revoked_at' | 'revocation_reason' | 'invalidity_at' | 'not_after'>
  const find = statement<{ generation: string; serial: string }, Row>((place) =>
    database.kysely
      .selectFrom('certificate')
      .select(['revoked_at', 'revocation_reason', 'invalidity_at', 'not_after'])
      .where('generation', '=', place('generation'))
      .where('serial', '=', place('serial'))
      .where('state', '=', 'issued'),
  )
  return async (generation, serial) => {
    const { rows } = await database.read((db) => find(db, { generation, serial }))
    const [row] = rows
    if (row === undefined) return undefined
    const revocation = toRevocation(row)
    return { notAfter: row.not_after, ...(revocation !== undefined && { revocation }) }
  }
}

export function revocationVersion({ database }: StoreContext): RevocationVersion {
  const find = statement<{ generation: string }, { revocation_version: number }>((place) =>
    database.kysely.selectFrom('generation').select('revocation_version').where('id', '=', place('generation')),
  )
  const versionOf = keptRead(database, ['generation'], async (generation) => {
    const { rows } = await database.read((db) => find(db, { generation }))
    return rows[0]?.revocation_version
  })
  return async (generation) => (await versionOf(generation)) ?? 0
}
