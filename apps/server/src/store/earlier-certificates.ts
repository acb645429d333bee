import { sha256 } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import type { AuthorityStore, EarlierCertificate } from '../authorities/authority-store.ts'
import { touchIssuers } from './authority-rows.ts'
import { insertNames } from './certificate-names.ts'
import { rememberCompromised } from './compromised-keys.ts'
import { isOfDeletedAuthority } from './held-generation.ts'
import { toJson } from './json.ts'
import { putInOutbox } from './outbox.ts'
import { HOLD, KEY_COMPROMISE } from './revocation-ledger.ts'
import type { CertificateTable } from './schema.ts'
import { searchKeys } from './search-keys.ts'
import type { TenantContext, Trx } from './store-context.ts'

/** 99991231235959Z, RFC 5280 §4.1.2.5: how long a certificate is carried whose end is not known. */
const NO_KNOWN_END = 253_402_300_799_000
const AT_ONCE = 200

/** Loads what a CA issued before its key came here. */
export function addEarlier({ database, tenant, audit, newId }: TenantContext): AuthorityStore['addEarlier'] {
  return (generationId, earlier, { crlNumber, historyKnown }, record) =>
    database.write(async (trx) => {
      const generation = await trx
        .updateTable('generation')
        .set((eb) => ({
          history_known: historyKnown ? 1 : 0,
          revocation_version: eb('revocation_version', '+', 1),
          crl_number: eb
            .case()
            .when('crl_number', '<', crlNumber ?? 0)
            .then(eb.val(crlNumber ?? 0))
            .else(eb.ref('crl_number'))
            .end(),
        }))
        .where('tenant', '=', tenant)
        .where('id', '=', generationId)
        .returning(['id', 'authority', 'revocation_version'])
        .executeTakeFirst()
      if (generation === undefined) throw new Refusal('not-found', 'There is no such generation of a CA.')
      if (await isOfDeletedAuthority(trx, generation.id)) throw new Refusal('not-found', 'This CA was deleted.')

      let added = 0
      for (let at = 0; at < earlier.length; at += AT_ONCE) {
        added += await addPage(trx, earlier.slice(at, at + AT_ONCE), {
          tenant,
          authority: generation.authority,
          generation: generation.id,
          version: generation.revocation_version,
        })
      }
      await putInOutbox(trx, { id: newId(), tenant, kind: 'crl', key: generation.id, dueAt: record.act.at })
      await touchIssuers(trx, tenant)
      await audit.record(trx, tenant, record)
      return added
    })
}

/** Whose register an earlier certificate stands in, and the revocation version that what it says of it makes. */
export interface Owner {
  readonly tenant: string
  readonly authority: string
  readonly generation: string
  readonly version: number
}

/** Those whose serial is not known yet are added, and counted. */
export async function addPage(trx: Trx, earlier: readonly EarlierCertificate[], owner: Owner): Promise<number> {
  const added = await trx
    .insertInto('certificate')
    .values(earlier.map((certificate) => earlierRow(certificate, owner)))
    .onConflict((conflict) => conflict.columns(['generation', 'serial']).doNothing())
    .returning('id')
    .execute()
  const ids = new Set(added.map(({ id }) => id))
  const fresh = earlier.filter(({ id }) => ids.has(id))
  const { tenant } = owner
  await insertNames(
    trx,
    tenant,
    fresh.flatMap(({ id, names = [] }) => searchKeys(names).map((key) => ({ certificate: id, key }))),
  )
  for (const { publicKeyHash, revocation } of fresh) {
    if (revocation?.reason === KEY_COMPROMISE && publicKeyHash !== undefined) {
      await rememberCompromised(trx, publicKeyHash, revocation.revokedAt, tenant)
    }
  }
  return fresh.length
}

/** The row of a certificate that did not go through the path. */
export function earlierRow(
  earlier: EarlierCertificate,
  { tenant, authority, generation, version }: Owner,
): CertificateTable {
  const { id, serialNumber, der, subject, names = [], notBefore = 0, notAfter = NO_KNOWN_END, revocation } = earlier
  return {
    id,
    tenant,
    authority,
    generation,
    template: null,
    request: null,
    serial: serialNumber,
    state: 'issued',
    ...(revocation === undefined
      ? { revocation: null, revoked_at: null, revocation_reason: null, invalidity_at: null, revocation_version: null }
      : {
          revocation: revocation.reason === HOLD ? 'held' : 'revoked',
          revoked_at: revocation.revokedAt,
          revocation_reason: revocation.reason,
          invalidity_at: revocation.invalidityAt ?? null,
          revocation_version: version,
        }),
    not_before: notBefore,
    not_after: notAfter,
    recorded_at: notBefore,
    deadline_at: null,
    issued_at: notBefore,
    crl_partition: 0,
    subject,
    algorithm: null,
    public_key_hash: earlier.publicKeyHash ?? null,
    fingerprint: der === undefined ? null : sha256(der),
    tbs_hash: null,
    evidence: null,
    approval: null,
    names: toJson(searchKeys(names)),
    note: null,
    tbs: null,
    der: der ?? null,
  }
}
