import { Refusal } from '@chancery/pki'
import type { AuditRecord } from '../audit/audit-record.ts'
import type { NewAuthorityCertificate } from '../authorities/authority-store.ts'
import { insertAuthorityCertificate } from './authority-rows.ts'
import { putInOutbox } from './outbox.ts'
import type { TenantContext, Trx } from './store-context.ts'

/** Throws `Refusal` unless the CA may still get keys and certificates; and whoever would end it waits. */
export async function openAuthority(trx: Trx, tenant: string, id: string): Promise<void> {
  const held = trx.updateTable('authority').set({ tenant }).where('tenant', '=', tenant).where('id', '=', id)
  const open = await held.where('status', 'in', ['active', 'awaiting-certificate']).returning('id').executeTakeFirst()
  if (open !== undefined) return
  const ended = await trx
    .selectFrom('authority')
    .select('status')
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirst()
  if (ended === undefined) throw new Refusal('not-found', 'There is no such CA.')
  throw new Refusal('conflict', `This CA is ${ended.status}: it gets no more keys or certificates.`)
}

/**
 * Makes a certificate the active one of its generation, and its generation the issuing one of its CA. A generation older than the
 * issuing one gets its certificate and stays retired.
 */
export async function activate(
  trx: Trx,
  certificate: NewAuthorityCertificate,
  { act }: AuditRecord,
  { tenant, newId }: TenantContext,
): Promise<void> {
  const generation = await trx
    .selectFrom('generation')
    .select(['id', 'authority', 'number'])
    .where('tenant', '=', tenant)
    .where('id', '=', certificate.generation)
    .executeTakeFirst()
  if (generation === undefined) throw new Refusal('not-found', 'There is no such generation of a CA.')
  const { authority, number } = generation
  await openAuthority(trx, tenant, authority)

  const activeNow = trx.selectFrom('generation').where('authority', '=', authority).where('status', '=', 'active')
  const newer = await activeNow.select('id').where('number', '>', number).executeTakeFirst()
  const generations = trx.updateTable('generation').where('tenant', '=', tenant).where('authority', '=', authority)
  await generations.set({ status: 'retired' }).where('number', '<', number).where('status', '=', 'active').execute()
  await generations
    .set({ status: newer === undefined ? 'active' : 'retired' })
    .where('number', '=', number)
    .execute()

  await trx
    .updateTable('authority_certificate')
    .set({ active: 0 })
    .where('tenant', '=', tenant)
    .where('generation', '=', generation.id)
    .where('active', '=', 1)
    .execute()
  if (certificate.issuedAs !== undefined) await holdIssuer(trx, tenant, certificate.issuedAs)
  await insertAuthorityCertificate(trx, tenant, { ...certificate, active: true })
  await trx
    .updateTable('authority')
    .set((eb) => ({
      status: 'active',
      ...(newer === undefined && {
        parent: eb
          .selectFrom('certificate')
          .select('authority')
          .where('tenant', '=', tenant)
          .where('id', '=', certificate.issuedAs ?? ''),
      }),
    }))
    .where('tenant', '=', tenant)
    .where('id', '=', authority)
    .execute()
  await putInOutbox(trx, { id: newId(), tenant, kind: 'crl', key: generation.id, dueAt: act.at })
}

/**
 * Whoever revokes this certificate at the same time waits, and finds whose it is; or has ended. Otherwise one would tell nobody of
 * the revocation, and the other would not have seen it.
 */
async function holdIssuer(trx: Trx, tenant: string, issuedAs: string): Promise<void> {
  await trx
    .updateTable('generation')
    .set({ tenant })
    .where('tenant', '=', tenant)
    .where('id', 'in', (eb) =>
      eb.selectFrom('certificate').select('generation').where('tenant', '=', tenant).where('id', '=', issuedAs),
    )
    .execute()
}
