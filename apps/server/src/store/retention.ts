import { type ExpressionBuilder, sql } from 'kysely'
import type { AuthorityStore } from '../authorities/authority-store.ts'
import { deleteNames } from './certificate-names.ts'
import type { Tables } from './schema.ts'
import type { TenantContext, Trx } from './store-context.ts'

/**
 * Removes certificates whose time in the register is over. What a CRL has still to name stays: an entry leaves after one CRL issued
 * past its expiry. So do the certificates of CAs and services, which say who they are elsewhere too.
 */
export function forgetExpired({ database, tenant, audit }: TenantContext): AuthorityStore['forgetExpired'] {
  return (authority, expiredBefore, limit, record) =>
    database.write(async (trx) => {
      const page = await forgettable(trx, tenant, authority, expiredBefore).limit(limit).execute()
      if (page.length === 0) return 0
      const ids = page.map(({ id }) => id)
      // Their names as they are when they go: an upgrade may have added some since the page was read.
      const gone = await trx
        .deleteFrom('certificate')
        .where('tenant', '=', tenant)
        .where('id', 'in', ids)
        .returning(['id', 'names'])
        .execute()
      await deleteNames(trx, tenant, gone)
      await audit.record(trx, tenant, { ...record, details: { certificates: gone.length } })
      return gone.length
    })
}

function forgettable(trx: Trx, tenant: string, authority: string, expiredBefore: number) {
  return trx
    .selectFrom('certificate')
    .select('id')
    .where('tenant', '=', tenant)
    .where('authority', '=', authority)
    .where('state', '<>', 'intent')
    .where('not_after', '<', expiredBefore)
    .where((eb) =>
      eb.or([
        eb('revocation', 'is', null),
        eb.and([crlSinceExpiry(eb, sql.lit(0)), crlSinceExpiry(eb, sql.ref('certificate.crl_partition'))]),
      ]),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('authority_certificate').select('id').whereRef('issued_as', '=', 'certificate.id'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('authority_chain').select('position').whereRef('issued_as', '=', 'certificate.id'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('service_certificate')
            .select('id')
            .whereRef('service_certificate.generation', '=', 'certificate.generation')
            .whereRef('service_certificate.certificate', '=', 'certificate.id'),
        ),
      ),
    )
    .orderBy('not_after')
    .orderBy('id')
}

/** Whether this CRL of the certificate's generation was made anew since the certificate expired: the next one leaves it out. */
function crlSinceExpiry(
  { exists, selectFrom }: ExpressionBuilder<Tables, 'certificate'>,
  partition: ReturnType<typeof sql.ref>,
) {
  return exists(
    selectFrom('crl')
      .select('id')
      .whereRef('crl.generation', '=', 'certificate.generation')
      .where('crl.partition', '=', sql<number>`${partition}`)
      .where('crl.delta', '=', 0)
      .whereRef('crl.this_update', '>', 'certificate.not_after'),
  )
}
