import { INSTALLATION_LOG } from '../audit/account-record.ts'
import { type AuditEntry, recordOf } from '../audit/audit-record.ts'
import type { Restored, RestoredExtent } from '../restores/restored.ts'
import { SYSTEM_TENANT } from '../tenants/system-tenant.ts'
import { auditWriter } from './audit-writer.ts'
import type { Database } from './database.ts'
import { restoreFact } from './restore-store.ts'
import type { Tables } from './schema.ts'
import type { Trx } from './store-context.ts'

/** Numbers that a CA may have given to CRLs in a second: a thousand partitions every ten seconds, and as much again for chance. */
const NUMBERS_A_SECOND = 256
/** More for clocks that differ. */
const NUMBERS_BESIDE = 1_000_000

/**
 * Makes a database that was put back safe to go on with, in one transaction: CRL numbers jump past all that can have been given out
 * since, CRLs that were replaced since are forgotten so that nobody is served an older one than they have, leases of workers that are
 * gone end, and every tenant's records say what happened. `cut` says which end of the audit went with it. Throws when this was done
 * before.
 */
export async function settleRestored(
  database: Database<Tables>,
  restored: Restored,
  newId: () => string,
  cut?: AuditEntry,
): Promise<RestoredExtent> {
  const extent = await extentOf(database, restored.restoredAt)
  const audit = auditWriter(database, newId)
  await database.write(async (trx) => {
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('installation')
      .values(restoreFact({ ...restored, ...extent }))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow()
    if (numInsertedOrUpdatedRows !== 1n) throw new Error('the restore of this backup was completed before')
    await jumpCrlNumbers(trx, restored)
    await forgetReplacedCrls(trx, restored.restoredAt)
    await trx.updateTable('outbox').set({ leased_until: 0, attempts: 0, claimed_puts: 0 }).execute()
    await trx.updateTable('outbox').set({ due_at: restored.restoredAt }).where('kind', '=', 'crl').execute()
    // One that was ended since would be alive again: everybody signs in anew.
    await trx.deleteFrom('session').execute()
    await trx.deleteFrom('sign_in_challenge').execute()
    for (const { id: tenant } of await trx.selectFrom('tenant').select('id').execute()) {
      const act = { tenant, actor: { kind: 'command-line' }, at: restored.restoredAt } as const
      const object = { type: 'installation', id: restored.backup }
      const details = { backupMadeAt: restored.madeAt }
      await audit.record(trx, tenant, recordOf(act, { action: 'installation.restore', object, details }))
    }
    if (cut !== undefined) {
      const act = { tenant: INSTALLATION_LOG, actor: { kind: 'command-line' }, at: restored.restoredAt } as const
      await audit.record(trx, INSTALLATION_LOG, recordOf(act, cut))
    }
  })
  return extent
}

/** RFC 5280 §5.2.3: a number is never lower than one that was seen. What was given out since the backup is not known, but bounded. */
function jumpCrlNumbers(trx: Trx, { madeAt, restoredAt }: Restored): Promise<unknown> {
  const elapsed = Math.ceil((restoredAt - madeAt) / 1000)
  const given = elapsed * NUMBERS_A_SECOND + NUMBERS_BESIDE
  const seconds = Math.floor(madeAt / 1000)
  return trx
    .updateTable('generation')
    .set((eb) => ({
      crl_number: eb
        .case()
        .when('crl_number', '>', seconds)
        .then(eb('crl_number', '+', given))
        .else(eb.val(seconds + given))
        .end(),
    }))
    .execute()
}

/** Those of generations that can sign others. The last CRLs of CAs that are gone go on being served. */
async function forgetReplacedCrls(trx: Trx, now: number): Promise<void> {
  const signing = trx
    .selectFrom('generation')
    .innerJoin('authority_certificate', 'authority_certificate.generation', 'generation.id')
    .select('generation.id')
    .where('generation.sealed_key', 'is not', null)
    .where('authority_certificate.active', '=', 1)
    .where('authority_certificate.not_after', '>', now)
  await trx.deleteFrom('crl_part').where('generation', 'in', signing).execute()
  await trx.deleteFrom('crl').where('generation', 'in', signing).execute()
}

function extentOf(database: Database<Tables>, now: number): Promise<RestoredExtent> {
  return database.read(async (db) => {
    const count = (table: 'tenant' | 'authority' | 'certificate' | 'enrollment_request' | 'api_token') =>
      db.selectFrom(table).select(db.fn.countAll<number>().as('count'))
    const [tenants, authorities, certificates, openIntents, pendingRequests, validTokens, newest] = await Promise.all([
      count('tenant').where('id', '<>', SYSTEM_TENANT).executeTakeFirstOrThrow(),
      count('authority').where('status', '<>', 'deleted').executeTakeFirstOrThrow(),
      count('certificate').where('state', '=', 'issued').executeTakeFirstOrThrow(),
      count('certificate').where('state', '=', 'intent').executeTakeFirstOrThrow(),
      count('enrollment_request').where('status', '=', 'pending').executeTakeFirstOrThrow(),
      count('api_token').where('revoked_at', 'is', null).where('expires_at', '>', now).executeTakeFirstOrThrow(),
      db
        .selectFrom('audit_record')
        .select(({ fn }) => fn.max('at').as('at'))
        .executeTakeFirst(),
    ])
    return {
      tenants: tenants.count,
      authorities: authorities.count,
      certificates: certificates.count,
      openIntents: openIntents.count,
      pendingRequests: pendingRequests.count,
      validTokens: validTokens.count,
      ...(typeof newest?.at === 'number' && { newestRecordAt: newest.at }),
    }
  })
}
