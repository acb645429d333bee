import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type RawBuilder, sql } from 'kysely'
import type { ChainHead } from '../../src/audit/audit-log.ts'
import { sealDigest, sealMessage } from '../../src/audit/chain.ts'
import type { Finding } from '../../src/audit/finding.ts'
import { signatureCheck } from '../../src/audit/seal-key.ts'
import { endorse } from '../../src/audit/seal-keys.ts'
import { recordIn } from '../support/samples.ts'
import { newId, type OpenedStores } from '../support/stores.ts'
import { OTHER_KEY, SEAL_KEY, sealAll, verifyAll, write } from './audit-samples.ts'
import type { Engine } from './engine.ts'

/** Somebody who may write to the database, and what verification then says. */
interface Forgery {
  readonly what: string
  readonly with: (chain: Chain) => readonly RawBuilder<unknown>[]
  readonly finds: readonly Finding['kind'][]
  readonly says?: (chain: Chain) => RegExp
}
interface Chain {
  readonly ids: readonly string[]
}
const idOf = ({ ids }: Chain, at: number) => ids[at] ?? ''
const HIGHER = '7zzzzzzzzzzzzzzzzzzzzzzzzz'

const edits = (column: string, value: string | number | null): Forgery => ({
  what: `an edited ${column}`,
  with: (chain) => [sql`update audit_record set ${sql.ref(column)} = ${value} where id = ${idOf(chain, 2)}`],
  finds: ['edited'],
  says: (chain) => new RegExp(`record ${idOf(chain, 2)} under seal 2 .*position 3`),
})

/** On a chain of four seals of one tenant, of two records each. */
const FORGERIES: readonly Forgery[] = [
  ...[edits('at', 5), edits('actor', 'system'), edits('account', 'bob'), edits('account', null), edits('token', 't')],
  ...[edits('action', 'template.create'), edits('object_type', 'x'), edits('object_id', 'y'), edits('details', '{}')],
  {
    what: 'a record that was moved to another tenant',
    with: (chain) => [sql`update audit_record set tenant = 'another' where id = ${idOf(chain, 2)}`],
    finds: ['edited'],
  },
  {
    what: 'a removed record',
    with: (chain) => [sql`delete from audit_record where id = ${idOf(chain, 3)}`],
    finds: ['removed'],
    says: () => /position 4 under seal 2/,
  },
  {
    what: 'all records of a seal removed',
    with: () => [sql`delete from audit_record where seal = 2`],
    finds: ['removed', 'removed'],
  },
  {
    what: 'a record that was taken from its seal, to be sealed anew',
    with: (chain) => [sql`update audit_record set seal = null where id = ${idOf(chain, 3)}`],
    finds: ['removed'],
  },
  {
    what: 'a record that was inserted under a seal',
    with: () => [insert(HIGHER, 2)],
    finds: ['inserted'],
    says: () => new RegExp(HIGHER),
  },
  {
    what: 'a record that was inserted under a seal to come',
    with: () => [insert(HIGHER, 99)],
    finds: ['inserted'],
  },
  {
    what: 'a record that was inserted under no seal that ever was',
    with: () => [insert(HIGHER, 0)],
    finds: ['inserted'],
  },
  {
    what: 'two records whose contents were exchanged',
    with: (chain) => [
      sql`update audit_record set id = 'x' where id = ${idOf(chain, 2)}`,
      sql`update audit_record set id = ${idOf(chain, 2)} where id = ${idOf(chain, 3)}`,
      sql`update audit_record set id = ${idOf(chain, 3)} where id = 'x'`,
    ],
    finds: ['edited', 'edited'],
  },
  {
    what: 'two records that were put under each other’s seal',
    with: (chain) => [
      sql`update audit_record set seal = 3 where id = ${idOf(chain, 3)}`,
      sql`update audit_record set seal = 2 where id = ${idOf(chain, 4)}`,
    ],
    finds: ['edited', 'edited'],
  },
  {
    what: 'records cut off at the end',
    with: () => [sql`delete from audit_record where seal = 4`],
    finds: ['removed', 'removed'],
  },
  {
    what: 'records and seals cut off at the end',
    with: () => [sql`delete from audit_record where seal = 4`, sql`delete from audit_seal where number = 4`],
    finds: ['cut-off'],
  },
  {
    what: 'the whole audit removed',
    with: () => [sql`delete from audit_record`, sql`delete from audit_seal`],
    finds: ['cut-off'],
    says: () => /seals 1 to 4 were removed/,
  },
  {
    what: 'a seal removed from the middle',
    with: () => [sql`delete from audit_record where seal = 2`, sql`delete from audit_seal where number = 2`],
    finds: ['seal-removed', 'seal-edited', 'seal-edited'],
  },
  {
    what: 'an edited seal',
    with: () => [sql`update audit_seal set sealed_at = sealed_at + 1 where number = 2`],
    finds: ['forged', 'seal-edited'],
  },
  {
    what: 'a seal of another key',
    with: () => [sql`update audit_seal set signature = ${new Uint8Array(64).fill(1)} where number = 4`],
    finds: ['forged'],
  },
  {
    what: 'a seal that names another key',
    with: () => [sql`update audit_seal set key = ${OTHER_KEY.id} where number = 4`],
    finds: ['forged', 'forged'],
  },
  {
    what: 'a head that was put back',
    with: () => [sql`update installation set value = replace(value, '[4,', '[3,') where name = 'audit-head'`],
    finds: ['forged', 'inserted', 'forged'],
  },
  {
    what: 'a head that is none',
    with: () => [sql`update installation set value = 'nothing' where name = 'audit-head'`],
    finds: ['cut-off', 'forged'],
  },
  {
    what: 'no head',
    with: () => [sql`delete from installation where name = 'audit-head'`],
    finds: ['inserted', 'forged'],
  },
]

function insert(id: string, seal: number) {
  return sql`insert into audit_record (tenant, id, at, actor, action, object_type, object_id, seal)
    values ('a-tenant', ${id}, 1, 'system', 'certificate.issue', 'certificate', 'c', ${seal})`
}

export function auditVerifyContract(engine: Engine): void {
  describe('audit verify', () => {
    const chainOfFour = chainsOn(engine)
    for (const { what, with: forge, finds, says } of FORGERIES) {
      test(`finds ${what}`, async () => {
        const { opened, chain } = await chainOfFour()
        await run(opened, forge(chain))

        const { findings } = await verifyAll(opened)

        assert.deepEqual(kindsOf(findings), finds, JSON.stringify(findings))
        if (says !== undefined) assert.match(findings[0]?.message ?? '', says(chain))
      })
    }

    test('finds nothing on a chain that nobody touched, and says how many records are not sealed yet', async () => {
      const { opened } = await chainOfFour()
      await write(opened, {}, {}, {})

      const { findings, seals, records, end } = await verifyAll(opened)

      assert.deepEqual(findings, [])
      assert.deepEqual([seals, records, end?.unsealed], [4, 8, 3])
      assert.match(end?.head ?? '', /^4:[0-9a-f]{64}$/)
    })

    test('finds an end that was cut off with head and all, by a head that was known', async () => {
      const { opened, heads } = await chainOfFour()
      const [known] = heads.slice(-1)
      const before = heads[2]
      assert.ok(known && before)
      await run(opened, [
        sql`delete from audit_record where seal = 4`,
        sql`delete from audit_seal where number = 4`,
        sql`update installation set value = ${JSON.stringify([3, Buffer.from(before.digest).toString('hex'), SEAL_KEY.id])} where name = 'audit-head'`,
      ])

      assert.deepEqual((await verifyAll(opened)).findings, [], 'nothing in the database can tell')
      assert.deepEqual(kindsOf((await verifyAll(opened, { known })).findings), ['cut-off'])
      assert.deepEqual((await verifyAll(opened, { known: before })).findings, [])
    })

    test('finds a chain that was made anew by somebody with the key, by a head that was known', async () => {
      const { opened, heads } = await chainOfFour()
      const known = heads[1]
      assert.ok(known)
      await run(opened, [
        sql`update audit_record set seal = null, action = 'nothing.happened'`,
        sql`delete from audit_seal`,
        sql`delete from installation where name = 'audit-head'`,
      ])
      await sealAll(opened)
      await write(opened, {})
      await sealAll(opened)

      assert.deepEqual((await verifyAll(opened)).findings, [])
      assert.deepEqual(kindsOf((await verifyAll(opened, { known })).findings), ['other-head'])
    })

    test('finds a seal that was forged with another key in every detail', async () => {
      const { opened } = await chainOfFour()
      const { audit } = opened.stores.system
      const [last] = await audit.seals(3, 1)
      assert.ok(last)
      const forged = { ...last, sealedAt: 1 }
      const digest = Buffer.from(sealDigest(forged)).toString('hex')
      await run(opened, [
        sql`update audit_seal set sealed_at = 1, signature = ${OTHER_KEY.sign(sealMessage(forged))} where number = 4`,
        sql`update installation set value = ${JSON.stringify([4, digest, SEAL_KEY.id])} where name = 'audit-head'`,
      ])

      assert.deepEqual(kindsOf((await verifyAll(opened)).findings), ['forged'])
    })

    test('goes step by step through a chain that is longer than one step', async () => {
      const opened = await engine.fresh()
      const rows = Array.from({ length: 10_700 }, () => ({
        ...{ tenant: 'a-tenant', id: newId(), at: 1, actor: 'system' as const, account: null, token: null },
        ...{ action: 'a', object_type: 'o', object_id: 'o', details: null },
      }))
      for (let at = 0; at < rows.length; at += 1_000) {
        await opened.database.write((trx) =>
          trx
            .insertInto('audit_record')
            .values(rows.slice(at, at + 1_000))
            .execute(),
        )
      }
      await sealAll(opened)

      const whole = await verifyAll(opened)
      await run(opened, [sql`delete from audit_record where id = ${rows[10_300]?.id ?? ''}`])
      const broken = await verifyAll(opened)

      assert.deepEqual([whole.steps, whole.records, whole.findings], [2, 10_700, []])
      assert.deepEqual(kindsOf(broken.findings), ['removed'])
      assert.match(broken.findings[0]?.message ?? '', /position 10301 under seal 21 /)
    })

    test('goes on trusting what a former key sealed in its time, and nothing that it signs afterwards', async () => {
      const { opened } = await chainOfFour()
      const rotation = { next: 'ff', nextId: OTHER_KEY.id, phase: 'rewrapping' } as const
      await opened.stores.system.keys.setCheck('00')
      await opened.stores.system.keys.begin(rotation)
      const retired = { id: SEAL_KEY.id, publicKey: SEAL_KEY.publicKey }
      await opened.stores.system.keys.finish(
        rotation,
        '00',
        ({ number, digest }) => endorse({ ...retired, untilNumber: number, untilDigest: digest }, OTHER_KEY),
        recordIn('a-tenant'),
      )
      await write(opened, {})
      assert.equal((await sealAll(opened, { key: SEAL_KEY })).length, 0)
      await sealAll(opened, { key: OTHER_KEY })

      assert.deepEqual((await verifyAll(opened, { key: OTHER_KEY })).findings, [])

      const [last] = await opened.stores.system.audit.seals(4, 1)
      assert.ok(last)
      const byTheOld = { ...last, key: SEAL_KEY.id }
      const digest = Buffer.from(sealDigest(byTheOld)).toString('hex')
      const signature = SEAL_KEY.sign(sealMessage(byTheOld))
      assert.ok(signatureCheck(SEAL_KEY.publicKey)(sealMessage(byTheOld), signature))
      await run(opened, [
        sql`update audit_seal set key = ${SEAL_KEY.id}, signature = ${signature} where number = 5`,
        sql`update installation set value = ${JSON.stringify([5, digest, OTHER_KEY.id])} where name = 'audit-head'`,
      ])
      assert.deepEqual(kindsOf((await verifyAll(opened, { key: OTHER_KEY })).findings), ['forged'])
      await run(opened, [sql`update audit_key set until_number = 5`])
      assert.ok(kindsOf((await verifyAll(opened, { key: OTHER_KEY })).findings).includes('forged'))
    })
  })
}

/** Four seals of one tenant over two records each, ids ascending, in a database that is put back as it was for each test. */
function chainsOn(engine: Engine) {
  let made: ReturnType<typeof makeChain> | undefined
  return async () => {
    made ??= makeChain(engine)
    const { putBack, ...chain } = await made
    await putBack()
    return chain
  }
}

async function makeChain(engine: Engine) {
  const opened = await engine.fresh()
  const { database } = opened
  const ids: string[] = []
  const heads: ChainHead[] = []
  for (let seal = 0; seal < 4; seal++) {
    ids.push(...(await write(opened, { details: '{"a":1}' }, { token: 'a-token' })))
    heads.push(...(await sealAll(opened)))
  }
  const records = await database.read((db) => db.selectFrom('audit_record').selectAll().execute())
  const seals = await database.read((db) => db.selectFrom('audit_seal').selectAll().execute())
  const facts = await database.read((db) => db.selectFrom('installation').selectAll().execute())
  const putBack = () =>
    database.write(async (trx) => {
      for (const table of ['audit_record', 'audit_seal', 'audit_key', 'installation'] as const) {
        await trx.deleteFrom(table).execute()
      }
      await trx.insertInto('audit_record').values(records).execute()
      await trx.insertInto('audit_seal').values(seals).execute()
      await trx.insertInto('installation').values(facts).execute()
    })
  return { opened, chain: { ids }, heads, putBack }
}

async function run({ database }: OpenedStores, statements: readonly RawBuilder<unknown>[]): Promise<void> {
  for (const statement of statements) await statement.execute(database.kysely)
}

function kindsOf(findings: readonly Finding[]): readonly Finding['kind'][] {
  return findings.map(({ kind }) => kind)
}
