import type { CertifiedElsewhere } from '../authorities/authority-store.ts'
import { fromJson } from './json.ts'
import type { Db, TenantContext } from './store-context.ts'

/** Whoever sees so many need see no more of them. */
const MOST = 100

/**
 * Live certificates of CAs that are not here: what was issued under the CA's templates for CAs, and what is known to stand above CAs
 * of the tenant. Those of before an import are among them only so far: which others are of CAs only their DER says.
 */
export async function certifiedElsewhere(
  { database, tenant }: Pick<TenantContext, 'database' | 'tenant'>,
  authority: string,
  now: number,
): Promise<readonly CertifiedElsewhere[]> {
  const rows = await database.read(async (db) => [
    ...(await underTemplates(db, tenant, authority, now)),
    ...(await aboveOthers(db, tenant, authority, now)),
  ])
  const byId = new Map(
    rows.map(({ id, subject, not_after }) => [id, { certificate: id, subject, notAfter: not_after }]),
  )
  return [...byId.values()].sort((a, b) => b.notAfter - a.notAfter).slice(0, MOST)
}

/** One after the other and by nothing but the template: so each is a walk along its index, however much the CA issued. */
async function underTemplates(db: Db, tenant: string, authority: string, now: number) {
  const templates = await db
    .selectFrom('template')
    .select(['id', 'profile'])
    .where('tenant', '=', tenant)
    .where('authority', '=', authority)
    .execute()
  const forAuthorities = templates.filter(({ profile }) => fromJson(profile).basicConstraints?.ca === true)
  const rows = forAuthorities.map(({ id }) =>
    alive(db, now)
      .where('certificate.template', '=', id)
      .orderBy('certificate.not_after', 'desc')
      .orderBy('certificate.id', 'desc')
      .limit(MOST)
      .execute(),
  )
  return (await Promise.all(rows)).flat()
}

async function aboveOthers(db: Db, tenant: string, authority: string, now: number) {
  const above = await db
    .selectFrom('authority_chain')
    .select('issued_as')
    .distinct()
    .where('tenant', '=', tenant)
    .where('issued_as', 'is not', null)
    .execute()
  const ids = above.flatMap(({ issued_as }) => (issued_as === null ? [] : [issued_as]))
  if (ids.length === 0) return []
  return alive(db, now)
    .where('certificate.tenant', '=', tenant)
    .where('certificate.id', 'in', ids)
    .where('certificate.authority', '=', authority)
    .execute()
}

/** What is alive and no certificate of a CA of its tenant. */
function alive(db: Db, now: number) {
  return db
    .selectFrom('certificate')
    .select(['certificate.id', 'certificate.subject', 'certificate.not_after'])
    .where('certificate.state', '=', 'issued')
    .where('certificate.not_after', '>=', now)
    .where((eb) => eb.or([eb('certificate.revocation', 'is', null), eb('certificate.revocation', '=', 'held')]))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('authority_certificate')
            .select('authority_certificate.id')
            .whereRef('authority_certificate.tenant', '=', 'certificate.tenant')
            .whereRef('authority_certificate.issued_as', '=', 'certificate.id'),
        ),
      ),
    )
}
