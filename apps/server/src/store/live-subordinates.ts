import { sql } from 'kysely'
import type { Db, Trx } from './store-context.ts'

/**
 * Other CAs whose active certificate this CA issued, or one that is stored above it, where what it issued is unrevoked or on hold,
 * and unexpired at `now`.
 */
export function liveSubordinates(db: Db | Trx, tenant: string, authority: string, now: number) {
  const alive = db
    .selectFrom('certificate')
    .select('certificate.id')
    .where('certificate.tenant', '=', tenant)
    .where('certificate.authority', '=', authority)
    .where('certificate.not_after', '>=', now)
    .where((eb) => eb.or([eb('certificate.revocation', 'is', null), eb('certificate.revocation', '=', 'held')]))
  return db
    .selectFrom('authority')
    .selectAll('authority')
    .where('authority.tenant', '=', tenant)
    .where('authority.status', '<>', 'deleted')
    .where('authority.id', '<>', authority)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('generation')
          .innerJoin('authority_certificate as below', 'below.generation', 'generation.id')
          .select('below.id')
          .whereRef('generation.authority', '=', 'authority.id')
          .where('below.active', '=', 1)
          .where((eb) =>
            eb.or([
              eb.exists(alive.where('certificate.id', '=', sql.ref<string>('below.issued_as'))),
              eb.exists(
                alive
                  .innerJoin('authority_chain as above', 'above.issued_as', 'certificate.id')
                  .where('above.certificate', '=', sql.ref<string>('below.id')),
              ),
            ]),
          ),
      ),
    )
    .orderBy('authority.id', 'desc')
}
