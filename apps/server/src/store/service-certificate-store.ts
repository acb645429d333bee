import type {
  FindDueServices,
  ServiceCertificate,
  ServiceCertificateStore,
} from '../service-certificates/service-certificate-store.ts'
import { SYSTEM_TENANT } from '../tenants/system-tenant.ts'
import type { CertificateTable, ServiceCertificateTable } from './schema.ts'
import type { StoreContext, TenantContext } from './store-context.ts'

export function serviceCertificateStore({ database, tenant, audit }: TenantContext): ServiceCertificateStore {
  return {
    current: (generation, purpose) =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('service_certificate')
          .leftJoin('certificate', (join) =>
            join
              .onRef('certificate.tenant', '=', 'service_certificate.tenant')
              .onRef('certificate.id', '=', 'service_certificate.certificate'),
          )
          .selectAll('service_certificate')
          .select('certificate.revocation')
          .where('service_certificate.tenant', '=', tenant)
          .where('service_certificate.generation', '=', generation)
          .where('service_certificate.purpose', '=', purpose)
          .orderBy('service_certificate.id', 'desc')
          .limit(1)
          .executeTakeFirst()
        return row && toServiceCertificate(row)
      }),
    add: async (certificate, record) => {
      if (certificate.tenant !== tenant) throw new Error('a service certificate of another tenant was to be stored')
      const { notBefore, notAfter, sealedKey, ...same } = certificate
      await database.write(async (trx) => {
        await trx
          .insertInto('service_certificate')
          .values({ ...same, not_before: notBefore, not_after: notAfter, sealed_key: sealedKey })
          .execute()
        await audit.record(trx, tenant, record)
      })
    },
  }
}

function toServiceCertificate(
  row: ServiceCertificateTable & { revocation: CertificateTable['revocation'] },
): ServiceCertificate {
  const { not_before, not_after, sealed_key, revocation, ...same } = row
  return {
    ...same,
    notBefore: not_before,
    notAfter: not_after,
    sealedKey: sealed_key,
    revoked: revocation !== null,
  }
}

/** Across tenants, for the renewing sweep. */
export function findDueServices({ database }: StoreContext): FindDueServices {
  return (purpose, { now, renewBefore }, limit, after = '') =>
    database.read(async (db) => {
      const rows = await db
        .selectFrom('generation')
        .innerJoin('authority_certificate as own', (join) =>
          join.onRef('own.generation', '=', 'generation.id').on('own.active', '=', 1),
        )
        .innerJoin('authority', (join) =>
          join.onRef('authority.id', '=', 'generation.authority').on('authority.status', '<>', 'deleted'),
        )
        .select(['generation.tenant', 'generation.id as generation'])
        .where('generation.id', '>', after)
        .where('generation.tenant', '<>', SYSTEM_TENANT)
        .where('generation.sealed_key', 'is not', null)
        .where('own.not_after', '>=', now)
        .where((eb) =>
          eb.not(
            eb.exists(
              eb
                .selectFrom('service_certificate as service')
                .innerJoin('certificate', (join) =>
                  join
                    .onRef('certificate.tenant', '=', 'service.tenant')
                    .onRef('certificate.id', '=', 'service.certificate'),
                )
                .select('service.id')
                .whereRef('service.generation', '=', 'generation.id')
                .where('service.purpose', '=', purpose)
                .where('certificate.revocation', 'is', null)
                .where((or) =>
                  or.or([
                    or('service.not_after', '>=', renewBefore),
                    or('service.not_after', '>=', or.ref('own.not_after')),
                  ]),
                )
                // Only the newest counts: it is the one that answers.
                .where('service.id', '=', (newest) =>
                  newest
                    .selectFrom('service_certificate as newest')
                    .select((max) => max.fn.max('newest.id').as('id'))
                    .whereRef('newest.generation', '=', 'generation.id')
                    .where('newest.purpose', '=', purpose),
                ),
            ),
          ),
        )
        .orderBy('generation.id')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ ...row }))
    })
}
