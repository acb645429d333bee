import type { AuditLog, ChainHead, NewSeal, RetiredKey } from '../audit/audit-log.ts'
import { NOTHING } from '../audit/chain.ts'
import { auditChain } from './audit-chain.ts'
import { RECORD_COLUMNS, sealedRecordOf, sealRow, storedRecordOf } from './audit-rows.ts'
import { replaceFact } from './installation-store.ts'
import type { AuditKeyTable } from './records-schema.ts'
import type { Db, StoreContext, Trx } from './store-context.ts'

/** Facts of the installation: the newest seal, and who seals until when. */
export const AUDIT_HEAD = 'audit-head'
const AUDIT_SEALER = 'audit-sealer'

export function auditLog({ database }: Pick<StoreContext, 'database'>): AuditLog {
  const fact = (name: string) => database.read((db) => readFact(db, name))
  return {
    ...auditChain(database),
    countUnsealed: () =>
      database.read(async (db) => {
        const count = db.fn.countAll<number>().as('count')
        return (await db.selectFrom('audit_record').select(count).where('seal', 'is', null).executeTakeFirstOrThrow())
          .count
      }),
    lease: async (holder, now, leaseMs) => {
      const known = await fact(AUDIT_SEALER)
      const [who, until] = known?.split(' ') ?? []
      if (known !== undefined && who !== holder && Number(until) > now) return false
      const mine = `${holder} ${now + leaseMs}`
      return database.write((trx) => replaceFact(trx, AUDIT_SEALER, known, mine))
    },
    head: async () => parseHead(await fact(AUDIT_HEAD)),
    begin: async (key) => {
      const head = headJson({ number: 0, digest: NOTHING, key })
      await database.write((trx) => replaceFact(trx, AUDIT_HEAD, undefined, head))
    },
    append: (from, to, seals) =>
      database.write(async (trx) => {
        if (!(await replaceFact(trx, AUDIT_HEAD, headJson(from), headJson(to)))) return false
        for (const seal of seals) await addSeal(trx, seal)
        return true
      }),
    records: (after, limit) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('audit_record')
          .select([...RECORD_COLUMNS, 'seal'])
          .where('seal', 'is not', null)
          .where((eb) => eb(eb.refTuple('seal', 'id'), '>', eb.tuple(after.seal, after.id)))
          .orderBy('seal')
          .orderBy('id')
          .limit(limit)
          .execute()
        return rows.map(sealedRecordOf)
      }),
    highestSealOfRecords: () =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('audit_record')
          .select('seal')
          .where('seal', 'is not', null)
          .orderBy('seal', 'desc')
          .limit(1)
          .executeTakeFirst()
        return row?.seal ?? 0
      }),
    recordsBy: (tenant, action, limit) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('audit_record')
          .select(RECORD_COLUMNS)
          .where('tenant', '=', tenant)
          .where('action', '=', action)
          .orderBy('id', 'desc')
          .limit(limit)
          .execute()
        return rows.map(storedRecordOf)
      }),
    retiredKeys: () =>
      database.read(async (db) => (await db.selectFrom('audit_key').selectAll().execute()).map(retiredKeyOf)),
  }
}

async function addSeal(trx: Trx, { seal, ids }: NewSeal): Promise<void> {
  await trx.insertInto('audit_seal').values(sealRow(seal)).execute()
  const { numUpdatedRows } = await trx
    .updateTable('audit_record')
    .set({ seal: seal.number })
    .where('tenant', '=', seal.tenant)
    .where('id', 'in', ids)
    .where('seal', 'is', null)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows !== BigInt(ids.length)) throw new Error('a record of the audit was sealed, or went, meanwhile')
}

export async function readFact(db: Db, name: string): Promise<string | undefined> {
  return (await db.selectFrom('installation').select('value').where('name', '=', name).executeTakeFirst())?.value
}

/** The head as its fact holds it: always the same text for the same head. */
export function headJson({ number, digest, key }: ChainHead): string {
  return JSON.stringify([number, Buffer.from(digest).toString('hex'), key])
}

/** What `headJson` wrote. A text that somebody else wrote there is a head that no seal fits. */
export function parseHead(text: string | undefined): ChainHead | undefined {
  if (text === undefined) return undefined
  const [number, digest, key] = /^\[(\d{1,15}),"([0-9a-f]{64})","([0-9a-f]*)"\]$/.exec(text)?.slice(1) ?? []
  if (number === undefined || digest === undefined || key === undefined) {
    return { number: Number.MAX_SAFE_INTEGER, digest: NOTHING, key: '' }
  }
  return { number: Number(number), digest: Uint8Array.fromHex(digest), key }
}

function retiredKeyOf(row: AuditKeyTable): RetiredKey {
  const { id, public_key, until_number, until_digest, successor, endorsement } = row
  return {
    id,
    publicKey: public_key,
    untilNumber: until_number,
    untilDigest: until_digest,
    successor,
    endorsement,
  }
}
