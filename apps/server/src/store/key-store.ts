import type { KeyStore, Rotation } from '../master-keys/key-store.ts'
import { AUDIT_HEAD, headJson, parseHead, readFact } from './audit-log.ts'
import type { Database } from './database.ts'
import { isEmpty, replaceFact } from './installation-store.ts'
import type { Tables } from './schema.ts'
import { SEALED_COLUMNS } from './sealed-columns.ts'
import type { Db, StoreContext, Trx } from './store-context.ts'

/** Facts of the installation. The check value was there before rotations were. */
const CHECK_VALUE = 'master-key-check'
const ROTATION = 'master-key-rotation'
const DAY = 86_400_000

export function keyStore({ database, audit }: StoreContext): KeyStore {
  return {
    facts: () =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('installation')
          .selectAll()
          .where('name', 'in', [CHECK_VALUE, ROTATION])
          .execute()
        const factOf = (wanted: string) => rows.find(({ name }) => name === wanted)?.value
        return { check: factOf(CHECK_VALUE), rotation: parseRotation(factOf(ROTATION)) }
      }),
    setCheck: (check) => database.write((trx) => putOnce(trx, CHECK_VALUE, check)),
    isEmpty: () => database.read(isEmpty),
    begin: async (rotation) => {
      const stands = await database.write((trx) => putOnce(trx, ROTATION, rotationText(rotation)))
      return parseRotation(stands) ?? rotation
    },
    advance: (from, to) =>
      database.write((trx) =>
        to === undefined ? dropRotation(trx, from) : replaceFact(trx, ROTATION, rotationText(from), rotationText(to)),
      ),
    finish: async (rotation, check, retire, record) => {
      try {
        await database.write(async (trx) => {
          await finish(trx, rotation, check, retire)
          await audit.record(trx, record.act.tenant, record)
        })
        return true
      } catch (error) {
        if (error instanceof Overtaken) return false
        throw error
      }
    },
    sealedColumns: SEALED_COLUMNS.length,
    sealedValues: (column, after, limit) =>
      database.read(async (db) => (await SEALED_COLUMNS[column]?.read(db, after, limit)) ?? []),
    replaceSealed: (column, values) =>
      database.write(async (trx) => {
        for (const value of values) await SEALED_COLUMNS[column]?.replace(trx, value)
      }),
    ...keyHolders(database),
    secret: async (name, otherwise) => {
      const known = await database.read((db) => readSecret(db, name))
      if (known !== undefined) return known
      const sealed = otherwise()
      return database.write(async (trx) => {
        await trx
          .insertInto('sealed_secret')
          .values({ name, sealed })
          .onConflict((conflict) => conflict.doNothing())
          .execute()
        return (await readSecret(trx, name)) ?? sealed
      })
    },
  }
}

function keyHolders(database: Database<Tables>): Pick<KeyStore, 'hold' | 'release' | 'holders'> {
  return {
    hold: async ({ process, name, seenAt, state }) => {
      const row = { name, seen_at: seenAt, state }
      await database.write((trx) =>
        trx
          .insertInto('key_holder')
          .values({ process, ...row })
          .onConflict((conflict) => conflict.column('process').doUpdateSet(row))
          .execute(),
      )
    },
    release: async (process) => {
      await database.write((trx) => trx.deleteFrom('key_holder').where('process', '=', process).execute())
    },
    holders: async (since) => {
      await database.write((trx) =>
        trx
          .deleteFrom('key_holder')
          .where('seen_at', '<', since - DAY)
          .execute(),
      )
      const rows = await database.read((db) =>
        db.selectFrom('key_holder').selectAll().where('seen_at', '>=', since).orderBy('name').execute(),
      )
      return rows.map(({ process, name, seen_at, state }) => ({ process, name, seenAt: seen_at, state }))
    },
  }
}

/** Somebody else was there first: nothing of the transaction stands. */
class Overtaken extends Error {
  override readonly name = 'Overtaken'
}

async function finish(
  trx: Trx,
  rotation: Rotation,
  check: string,
  retire: Parameters<KeyStore['finish']>[2],
): Promise<void> {
  if (!(await dropRotation(trx, rotation))) throw new Overtaken()
  if (!(await replaceFact(trx, CHECK_VALUE, check, rotation.next))) throw new Overtaken()
  const head = parseHead(await readFact(trx, AUDIT_HEAD))
  if (head === undefined) return
  const to = { ...head, key: rotation.nextId }
  if (!(await replaceFact(trx, AUDIT_HEAD, headJson(head), headJson(to)))) throw new Overtaken()
  const { id, publicKey, untilNumber, untilDigest, successor, endorsement } = retire(head)
  const until = { until_number: untilNumber, until_digest: untilDigest }
  await trx
    .insertInto('audit_key')
    .values({ id, public_key: publicKey, ...until, successor, endorsement })
    .execute()
}

async function dropRotation(trx: Trx, rotation: Rotation): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('installation')
    .where('name', '=', ROTATION)
    .where('value', '=', rotationText(rotation))
    .executeTakeFirstOrThrow()
  return numDeletedRows === 1n
}

async function putOnce(trx: Trx, name: string, value: string): Promise<string> {
  await replaceFact(trx, name, undefined, value)
  return (await readFact(trx, name)) ?? value
}

async function readSecret(db: Db, name: string): Promise<Uint8Array | undefined> {
  return (await db.selectFrom('sealed_secret').select('sealed').where('name', '=', name).executeTakeFirst())?.sealed
}

function rotationText({ next, nextId, phase }: Rotation): string {
  return `${phase} ${nextId} ${next}`
}

function parseRotation(text: string | undefined): Rotation | undefined {
  const match = /^(announced|rewrapping) ([0-9a-f]+) ([0-9a-f]+)$/.exec(text ?? '')
  const [, phase, nextId = '', next = ''] = match ?? []
  return phase === 'announced' || phase === 'rewrapping' ? { phase, nextId, next } : undefined
}
