import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { CommitFailed, isUniqueViolation, TransactionMisused } from '../../src/store/database-errors.ts'
import { postgres, sqlite } from './engines.ts'
import { record, recorded } from './test-tables.ts'

const ENGINES = [
  { name: 'SQLite', open: sqlite },
  { name: 'PostgreSQL', open: postgres },
]

for (const { name, open } of ENGINES) {
  test(`${name}: a transaction returns what its change returns, and is stored`, async (t) => {
    const { db } = await open(t)

    const answer = await db.write(async (trx) => {
      await trx.insertInto('entry').values({ id: 'a', body: null, amount: 7 }).execute()
      return trx.selectFrom('entry').select('amount').executeTakeFirst()
    })

    assert.equal(answer?.amount, 7)
    const stored = await db.read((reader) => reader.selectFrom('entry').select(['id', 'amount']).execute())
    assert.deepEqual(
      stored.map((row) => ({ ...row })),
      [{ id: 'a', amount: 7 }],
    )
  })

  test(`${name}: an error in a transaction comes out unchanged and leaves nothing`, async (t) => {
    const { db } = await open(t)
    const fault = new Error('no')

    const failing = record(db, 'a', () => {
      throw fault
    })

    await assert.rejects(failing, (error) => error === fault)
    assert.deepEqual(await recorded(db), [])
  })

  test(`${name}: a read sees nothing that is not committed`, async (t) => {
    const { db } = await open(t, { transactionLimitMs: 5000 })
    const begun = Promise.withResolvers<void>()
    const end = Promise.withResolvers<void>()
    const held = record(db, 'a', () => {
      begun.resolve()
      return end.promise
    })
    await begun.promise

    const before = await db.read((reader) => reader.selectFrom('entry').select('id').execute())
    end.resolve()
    await held

    assert.deepEqual(before, [])
    assert.deepEqual(await recorded(db), ['a'])
  })

  test(`${name}: to use the database itself inside a transaction is refused at once`, async (t) => {
    const { db } = await open(t)
    const mistakes = [
      () => db.read((reader) => reader.selectFrom('entry').select('id').execute()),
      () => db.write((trx) => trx.insertInto('entry').values({ id: 'z', body: null, amount: 0 }).execute()),
      () => db.kysely.insertInto('entry').values({ id: 'z', body: null, amount: 0 }).execute(),
      () => db.kysely.transaction().execute(async () => {}),
    ]

    for (const mistake of mistakes) {
      await assert.rejects(
        record(db, 'a', mistake),
        (error) => error instanceof TransactionMisused && /use the transaction/.test(error.message),
      )
    }

    assert.deepEqual(await recorded(db), [])
  })

  test(`${name}: work that a transaction started and did not await may use the database later`, async (t) => {
    const { db } = await open(t)
    let later: Promise<unknown> | undefined

    await record(db, 'a', () => {
      later = delay(20).then(() => recorded(db))
    })

    assert.deepEqual(await later, ['a'])
  })

  test(`${name}: a transaction that waits for something else is rolled back and holds nobody up`, async (t) => {
    const { db } = await open(t, { transactionLimitMs: 1000 })
    const rolledBack = Promise.withResolvers<void>()
    let late: Promise<unknown> | undefined

    const stuck = db.write(async function stuckForEver(trx) {
      await trx.insertInto('entry').values({ id: 'stuck', body: null, amount: 0 }).execute()
      late = rolledBack.promise.then(() =>
        trx.insertInto('entry').values({ id: 'late', body: null, amount: 0 }).execute(),
      )
      late.catch(() => {})
      await new Promise(() => {})
    })
    const others = [record(db, 'a'), record(db, 'b')]

    await assert.rejects(
      stuck,
      (error) => error instanceof TransactionMisused && /stuckForEver was open for 1000 ms/.test(error.message),
    )
    await Promise.all(others)
    rolledBack.resolve()
    await assert.rejects(late ?? Promise.resolve())
    assert.deepEqual(await recorded(db), ['a', 'b'])
  })

  test(`${name}: statements that a transaction did not await are not stored outside it`, async (t) => {
    const { db } = await open(t)
    const keepWriting = async (put: (id: string) => Promise<unknown>) => {
      for (let i = 0; ; i++) await put(`stray ${i}`)
    }

    for (const end of ['commit', 'rollback'] as const) {
      let stray: Promise<unknown> | undefined
      const change = db.write(async (trx) => {
        await trx.selectFrom('entry').select('id').execute()
        stray = keepWriting((id) =>
          trx
            .insertInto('entry')
            .values({ id: `${end} ${id}`, body: null, amount: 0 })
            .execute(),
        )
        stray.catch(() => {})
        if (end === 'rollback') throw new Error('no')
      })
      await change.catch(() => {})
      await assert.rejects(stray ?? Promise.resolve())
    }
    await delay(50)

    const rows = await db.read((reader) => reader.selectFrom('entry').select('id').execute())
    const rolledBack = rows.filter(({ id }) => id.startsWith('rollback'))
    assert.deepEqual(rolledBack, [])
  })

  test(`${name}: after a statement that failed a transaction can only be rolled back`, async (t) => {
    const { db } = await open(t)
    await record(db, 'a')
    let next: unknown

    const swallowed = db.write(async (trx) => {
      await trx.insertInto('entry').values({ id: 'b', body: null, amount: 0 }).execute()
      const again = trx.insertInto('entry').values({ id: 'a', body: null, amount: 0 })
      await again.execute().catch(() => {})
      next = await trx
        .selectFrom('entry')
        .select('id')
        .execute()
        .catch((error: unknown) => error)
    })

    await assert.rejects(swallowed, CommitFailed)
    assert.ok(next instanceof Error)
    assert.deepEqual(await recorded(db), ['a'])
  })

  test(`${name}: a repeated key is told from other failures`, async (t) => {
    const { db } = await open(t)
    await record(db, 'a')
    const failure = async (statement: string) => {
      const found = await sql
        .raw(statement)
        .execute(db.kysely)
        .catch((error: unknown) => error)
      assert.ok(found instanceof Error)
      return isUniqueViolation(found)
    }

    assert.equal(await failure(`insert into entry (id) values ('a')`), true)
    assert.equal(await failure(`insert into note (id, entry) values ('n', 'nobody')`), false)
    assert.equal(await failure(`insert into note (id) values ('n')`), false)
    assert.equal(await failure(`insert into nowhere values (1)`), false)
  })

  test(`${name}: values come back as they went, and those that do not fit are refused`, async (t) => {
    const { db } = await open(t)
    const body = Uint8Array.from({ length: 256 }, (_, i) => i)
    const put = (id: string, amount: unknown) =>
      db.write((trx) =>
        trx
          .insertInto('entry')
          .values({ id, body, amount: amount as number })
          .execute(),
      )

    await put('largest', Number.MAX_SAFE_INTEGER)
    await put('smallest', Number.MIN_SAFE_INTEGER)
    await put('nothing', null)
    for (const unfit of [true, new Date(0), {}, 1.5, Number.NaN, 2 ** 53]) {
      await assert.rejects(put('unfit', unfit))
    }
    await assert.rejects(
      db.write((trx) => sql`insert into entry (id, amount) values ('unfit', ${undefined})`.execute(trx)),
      /undefined/,
    )

    const rows = await db.read((reader) => reader.selectFrom('entry').selectAll().orderBy('id').execute())
    assert.deepEqual(
      rows.map(({ id, amount }) => [id, amount]),
      [
        ['largest', Number.MAX_SAFE_INTEGER],
        ['nothing', null],
        ['smallest', Number.MIN_SAFE_INTEGER],
      ],
    )
    assert.deepEqual(rows[0]?.body, body)
    assert.equal(rows[0]?.body?.constructor, Uint8Array)
  })

  test(`${name}: counts and sums are numbers, and a number that JavaScript cannot hold is an error`, async (t) => {
    const { db } = await open(t)
    await record(db, 'a')
    await record(db, 'b')

    const figures = await db.read((reader) =>
      reader
        .selectFrom('entry')
        .select(({ fn }) => [fn.countAll().as('rows'), fn.sum('amount').as('total')])
        .executeTakeFirst(),
    )
    await db.write((trx) => sql`update entry set amount = 9007199254740993`.execute(trx))

    assert.deepEqual({ ...figures }, { rows: 2, total: 2 })
    await assert.rejects(
      db.read((reader) => reader.selectFrom('entry').select('amount').execute()),
      /too large/,
    )
  })

  test(`${name}: what is read can be shared with a transaction, and what only reads cannot change anything`, async (t) => {
    const { db } = await open(t)
    const compiled = db.kysely.insertInto('entry').values({ id: 'a', body: null, amount: 0 }).compile()
    const selected = db.kysely.selectFrom('entry').select('id').compile()

    await assert.rejects(
      db.read((reader) => reader.executeQuery(compiled)),
      TransactionMisused,
    )
    await assert.rejects(
      db.read((reader) =>
        reader
          .with('put', (query) => query.selectFrom('entry').select('id'))
          .deleteFrom('entry')
          .execute(),
      ),
      TransactionMisused,
    )
    const seen = await db.write(async (trx) => {
      await trx.executeQuery(compiled)
      return trx.executeQuery(selected)
    })

    assert.deepEqual(
      seen.rows.map(({ id }) => id),
      ['a'],
    )
    assert.equal((await db.read((reader) => reader.executeQuery(selected))).rows.length, 1)
  })

  test(`${name}: numbers of changed rows tell who won`, async (t) => {
    const { db } = await open(t)
    await record(db, 'a')
    const claim = (by: number) =>
      db.write((trx) =>
        trx.updateTable('entry').set({ amount: by }).where('id', '=', 'a').where('amount', '=', 1).executeTakeFirst(),
      )

    const results = await Promise.all([claim(10), claim(20), claim(30)])

    assert.deepEqual(results.map(({ numUpdatedRows }) => numUpdatedRows).sort(), [0n, 0n, 1n])
  })

  test(`${name}: close waits for what runs and takes no more`, async (t) => {
    const { db } = await open(t, { transactionLimitMs: 5000 })
    const running = record(db, 'a', () => delay(100))

    const closing = db.close()

    await assert.rejects(record(db, 'b'), /closed/)
    await assert.rejects(db.ping(), /closed/)
    await running
    await closing
  })

  test(`${name}: it says that it answers`, async (t) => {
    const { db } = await open(t)

    await db.ping()
  })
}
