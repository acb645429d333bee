import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sql } from 'kysely'
import type { ChainHead } from '../../src/audit/audit-log.ts'
import type { AuditEntry } from '../../src/audit/audit-record.ts'
import { cutEntry } from '../../src/audit/cut.ts'
import type { OpenedStores } from '../support/stores.ts'
import { OTHER_KEY, SEAL_KEY, sealAll, verifyAll, write } from './audit-samples.ts'
import type { Engine } from './engine.ts'

/** What must be true of a verification after the end of the chain went with a restore, or is said to have. */
export function auditCutContract(engine: Engine): void {
  describe('audit cut by a restore', () => {
    test('is told as what it is, before the next seal and after it, and how far the chain grew again', async () => {
      const { opened, known, onto } = await cutChain(engine)
      await record(opened, cutEntry({ backup: 'a-backup', cut: known, onto }, SEAL_KEY))

      const before = await verifyAll(opened, { known })
      await grow(opened, 3)
      const after = await verifyAll(opened, { known })

      for (const { findings, end } of [before, after]) {
        assert.deepEqual(findings, [])
        assert.match(end?.restored ?? '', /is gone by a restore: the backup a-backup was put back.*goes on from 2:/)
      }
      assert.equal(
        (await verifyAll(opened, { known: onto })).end?.restored,
        undefined,
        'a head that is there needs none',
      )
    })

    const FORGERIES: readonly (readonly [what: string, say: (heads: Heads) => AuditEntry])[] = [
      ['signed by another key', (heads) => cutEntry(saying(heads), OTHER_KEY)],
      [
        'signed by another key in the name of ours',
        (heads) => cutEntry(saying(heads), { ...OTHER_KEY, id: SEAL_KEY.id }),
      ],
      ['of another backup', (heads) => withObject(cutEntry(saying(heads), SEAL_KEY), 'another-backup')],
      ['that cut another end', (heads) => cutEntry({ ...saying(heads), cut: heads.onto }, SEAL_KEY)],
      [
        'whose signed words name another end',
        (heads) => withDetails(cutEntry({ ...saying(heads), cut: heads.onto }, SEAL_KEY), { cut: textOf(heads.known) }),
      ],
      [
        'after which the chain went on from elsewhere',
        (heads) => cutEntry({ ...saying(heads), onto: { ...heads.onto, digest: heads.known.digest } }, SEAL_KEY),
      ],
      ['that says nothing', (heads) => withDetails(cutEntry(saying(heads), SEAL_KEY), { signature: 'x', cut: 1 })],
    ]
    for (const [what, say] of FORGERIES) {
      test(`a restore ${what} explains nothing`, async () => {
        const heads = await cutChain(engine)
        await record(heads.opened, say(heads))

        const before = await verifyAll(heads.opened, { known: heads.known })
        await grow(heads.opened, 3)
        const after = await verifyAll(heads.opened, { known: heads.known })

        assert.deepEqual(
          [before, after].map(({ findings }) => findings.map(({ kind }) => kind)),
          [['cut-off'], ['other-head']],
        )
        assert.equal(after.end?.restored, undefined)
      })
    }

    test('explains no more than it cut: who cuts off what the restore left is found', async () => {
      const { opened, known, onto, heads } = await cutChain(engine)
      await cutTo(opened, heads[0])
      await record(opened, cutEntry({ backup: 'a-backup', cut: known, onto }, SEAL_KEY))

      const { findings } = await verifyAll(opened, { known })

      assert.deepEqual(
        findings.map(({ kind }) => kind),
        ['cut-off'],
      )
    })
  })
}

type Heads = Awaited<ReturnType<typeof cutChain>>

const saying = ({ known, onto }: Heads) => ({ backup: 'a-backup', cut: known, onto })
const textOf = ({ number, digest }: Pick<ChainHead, 'number' | 'digest'>) => `${number}:${digest.toHex()}`
const withObject = (entry: AuditEntry, id: string): AuditEntry => ({ ...entry, object: { ...entry.object, id } })
const withDetails = (entry: AuditEntry, details: NonNullable<AuditEntry['details']>): AuditEntry => ({
  ...entry,
  details: { ...entry.details, ...details },
})

/** A chain of three seals, of which an older copy with two was put back. */
async function cutChain(engine: Engine) {
  const opened = await engine.fresh()
  const heads = await grow(opened, 3)
  const [, onto, known] = heads
  assert.ok(onto && known)
  await cutTo(opened, onto)
  return { opened, heads, known, onto }
}

async function grow(opened: OpenedStores, seals: number): Promise<readonly ChainHead[]> {
  const heads: ChainHead[] = []
  for (let seal = 0; seal < seals; seal++) {
    await write(opened, {}, {})
    heads.push(...(await sealAll(opened)))
  }
  return heads
}

async function cutTo({ database }: OpenedStores, head: ChainHead | undefined): Promise<void> {
  assert.ok(head)
  const fact = JSON.stringify([head.number, head.digest.toHex(), head.key])
  await sql`delete from audit_record where seal > ${head.number}`.execute(database.kysely)
  await sql`delete from audit_seal where number > ${head.number}`.execute(database.kysely)
  await sql`update installation set value = ${fact} where name = 'audit-head'`.execute(database.kysely)
}

async function record(opened: OpenedStores, { action, object, details }: AuditEntry): Promise<void> {
  await write(opened, {
    ...{ tenant: 'installation', actor: 'command-line', account: null, action },
    ...{ object_type: object.type, object_id: object.id, details: JSON.stringify(details) },
  })
}
