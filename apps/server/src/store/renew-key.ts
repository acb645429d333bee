import { Refusal } from '@chancery/pki'
import type { AuthorityStore } from '../authorities/authority-store.ts'
import { activate, openAuthority } from './activate-certificate.ts'
import { touchIssuers } from './authority-rows.ts'
import { plannedInserter } from './planned-issuance.ts'
import type { TenantContext } from './store-context.ts'

export function renewKey(context: TenantContext): AuthorityStore['renewKey'] {
  const { database, tenant, audit } = context
  const insertPlanned = plannedInserter(context)
  return ({ generation, csr, signatureAlgorithm, certificate, planned }, record) =>
    database.write(async (trx) => {
      await audit.recordCreation(trx, tenant, record)
      const changed = await trx
        .updateTable('generation')
        .set({ csr, ...(signatureAlgorithm !== undefined && { signature_algorithm: signatureAlgorithm }) })
        .where('tenant', '=', tenant)
        .where('id', '=', generation)
        .returning('authority')
        .executeTakeFirst()
      if (changed === undefined) throw new Refusal('not-found', 'There is no such generation of a CA.')
      await openAuthority(trx, tenant, changed.authority)
      if (certificate !== undefined) await activate(trx, certificate, record, context)
      await insertPlanned(trx, planned)
      await touchIssuers(trx, tenant)
    })
}
