import type { CertificateRegister, UnexpiredCertificate } from '../certificates/certificate-register.ts'
import { fromJson } from './json.ts'
import { checkLimit, decodeCursor, encodeCursor } from './page-cursor.ts'
import type { CertificateTable } from './schema.ts'
import type { TenantContext } from './store-context.ts'

/** By an index that begins with the CA and goes by expiry. */
export function unexpiredCertificates({ database, tenant }: TenantContext): CertificateRegister['unexpired'] {
  return async (authority, now, page) => {
    const limit = checkLimit(page)
    const after = page.after === undefined ? undefined : decodeCursor('unexpired', ['number', 'string'], page.after)
    const rows = await database.read((db) => {
      const found = db
        .selectFrom('certificate')
        .select(['id', 'not_after', 'evidence', 'revocation', 'tbs', 'der'])
        .where('authority', '=', authority)
        .where('tenant', '=', tenant)
        .where('not_after', '>=', now)
        .where('state', '<>', 'abandoned')
      const rest =
        after === undefined
          ? found
          : found.where((eb) => eb(eb.refTuple('not_after', 'id'), '>', eb.tuple(after[0], after[1])))
      return rest
        .orderBy('not_after')
        .orderBy('id')
        .limit(limit + 1)
        .execute()
    })
    const last = rows.length > limit ? rows[limit - 1] : undefined
    return {
      items: rows.slice(0, limit).map(toUnexpired),
      ...(last !== undefined && { next: encodeCursor('unexpired', [last.not_after, last.id]) }),
    }
  }
}

function toUnexpired({
  evidence,
  revocation,
  tbs,
  der,
}: Pick<CertificateTable, 'evidence' | 'revocation' | 'tbs' | 'der'>): UnexpiredCertificate {
  return {
    isRevoked: revocation === 'revoked',
    ...(evidence !== null && { evidence: fromJson(evidence) }),
    ...(der !== null && { der }),
    ...(tbs !== null && { tbs }),
  }
}
