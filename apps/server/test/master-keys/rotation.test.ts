import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { generateMasterKey, type MasterKey, masterKeyText, readMasterKeyFile, SealBroken, sealer } from '@chancery/keys'
import { sealRecords } from '../../src/audit/seal-records.ts'
import { verifyStep } from '../../src/audit/verify-audit.ts'
import type { KeyStore } from '../../src/master-keys/key-store.ts'
import { type KeyDeps, type Keys, MasterKeyUnsure, openKeys } from '../../src/master-keys/open-keys.ts'
import { abandonRotation, rotateStep } from '../../src/master-keys/rotate-master-key.ts'
import type { Stores } from '../../src/store/stores.ts'
import { newTenant } from '../store/engine.ts'
import { createCa, NOW, recordIn, sampleAuthority, sampleGeneration, sampleTemplate } from '../support/samples.ts'
import { openSqliteStores } from '../support/stores.ts'

const CONTEXT = { tenant: 't', purpose: 'p', id: 'i' }

/** An installation whose processes come and go; each has its key in a folder of its own, as on a machine of its own. */
async function place(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-keys-'))
  const opened = await openSqliteStores()
  t.after(async () => {
    await opened.close()
    rmSync(folder, { recursive: true, force: true })
  })
  let time = NOW
  const warnings: string[] = []
  const store = opened.stores.system.keys
  const pathOf = (machine: string) => join(folder, `${machine}.key`)
  const open = (machine = 'one', over: Partial<KeyDeps> = {}) =>
    openKeys({ path: pathOf(machine) }, { store, now: () => time, warn: (said) => warnings.push(said), ...over })
  return {
    ...{ folder, opened, stores: opened.stores, store, pathOf, open, warnings },
    shared: (machine: string) => open(machine, { holder: { process: machine, name: machine } }),
    now: () => time,
    advance: (ms: number) => {
      time += ms
    },
    give: (machine: string, key: MasterKey, suffix = '') =>
      writeFileSync(`${pathOf(machine)}${suffix}`, masterKeyText(key), { mode: 0o600 }),
    files: () => readdirSync(folder).sort(),
  }
}
type Place = Awaited<ReturnType<typeof place>>

async function rotate(keys: Keys, { store, now }: Pick<Place, 'store' | 'now'>, newKeyFile?: string) {
  const given = newKeyFile === undefined ? {} : { newKeyFile }
  let step = await rotateStep(given, { keys, store, now })
  for (let tries = 0; step.state !== 'done' && tries < 10; tries++) {
    step = await rotateStep({ ...given, next: step.next }, { keys, store, now })
  }
  return step
}

/** A CA whose key is sealed by this process. */
async function makeSealed({ opened }: Pick<Place, 'opened'>, keys: Keys): Promise<string> {
  const tenant = await newTenant(opened)
  const authority = sampleAuthority(tenant)
  const generation = sampleGeneration(authority, { sealedKey: keys.sealer.seal(new Uint8Array([1, 2, 3]), CONTEXT) })
  const born = { authority, generation, template: sampleTemplate(authority.id) }
  await opened.stores.for(tenant).authorities.create(born, recordIn(tenant))
  return generation.id
}

/** Whether all that is sealed opens with these keys. */
async function allOpens({ stores }: { readonly stores: Stores }, keys: Pick<Keys, 'sealer'>): Promise<number> {
  const values = (
    await Promise.all(
      Array.from({ length: stores.system.keys.sealedColumns }, (_, at) =>
        stores.system.keys.sealedValues(at, '', 1_000),
      ),
    )
  ).flat()
  for (const { sealed } of values) keys.sealer.rewrap(sealed)
  return values.length
}

describe('a rotation of the master key', () => {
  test('brings everything under the new key, keeps the former one beside it, and derived secrets stay', async (t) => {
    const it = await place(t)
    const keys = await it.open()
    const former = await readMasterKeyFile(it.pathOf('one'))
    for (let ca = 0; ca < 3; ca++) await makeSealed(it, keys)
    const secret = keys.secret('a label')

    const step = await rotate(keys, it)

    const current = await readMasterKeyFile(it.pathOf('one'))
    assert.notEqual(current.id, former.id)
    assert.deepEqual([step.state, step.next, step.rewrapped, step.broken], ['done', current.id, 4, 0])
    assert.deepEqual(it.files(), ['one.key', `one.key.old-${former.id}`])
    assert.equal(await allOpens(it, { sealer: sealer(current) }), 4)
    assert.deepEqual(keys.secret('a label'), secret)
    assert.deepEqual((await it.open()).secret('a label'), secret)
    await assert.rejects(allOpens(it, { sealer: sealer(former) }), SealBroken)
  })

  test('goes to the key that is given, and to no other', async (t) => {
    const it = await place(t)
    const keys = await it.open()
    const given = generateMasterKey()
    it.give('given', given)
    it.give('other', generateMasterKey())

    assert.equal((await rotate(keys, it, it.pathOf('given'))).next, given.id)

    await assert.rejects(rotate(keys, it, it.pathOf('given')), /is the key of now/)
    it.give('one', generateMasterKey(), '.next')
    await assert.rejects(rotate(keys, it, it.pathOf('other')), /holds another key than/)
  })

  test('what is sealed by a process that has not seen its end is brought over too', async (t) => {
    const it = await place(t)
    const keys = await it.open()
    const sealedBefore = keys.sealer.seal(new Uint8Array([7]), CONTEXT)
    await rotate(keys, it)
    await it.store.secret('straggler', () => sealedBefore)

    await keys.refresh()

    const current = await readMasterKeyFile(it.pathOf('one'))
    assert.equal(await allOpens(it, { sealer: sealer(current) }), 2)
  })

  test('a straggler that is stored after its process is gone opens at the next start', async (t) => {
    const it = await place(t)
    const keys = await it.open()
    const sealedBefore = keys.sealer.seal(new Uint8Array([7]), CONTEXT)
    await rotate(keys, it)
    await it.store.secret('straggler', () => sealedBefore)

    const again = await it.open()

    assert.deepEqual(
      again.sealer.open(await it.store.secret('straggler', () => sealedBefore), CONTEXT),
      new Uint8Array([7]),
    )
    assert.equal(await allOpens(it, { sealer: sealer(await readMasterKeyFile(it.pathOf('one'))) }), 2)
  })

  test('of three at once each comes to its end, and all opens with the key of now', async (t) => {
    const it = await place(t)
    const keys = await it.open()
    const again = await it.open()
    await makeSealed(it, keys)

    const steps = await Promise.all([rotate(keys, it), rotate(again, it), rotate(keys, it), makeSealed(it, again)])

    const last = await it.open()
    const current = await readMasterKeyFile(it.pathOf('one'))
    assert.ok(steps.slice(0, 3).every((step) => typeof step === 'object' && step.state === 'done'))
    assert.ok(steps.some((step) => typeof step === 'object' && step.next === current.id))
    assert.equal(await allOpens(it, last), 3)
    assert.equal(await allOpens(it, { sealer: sealer(current) }), 3)
    assert.equal(existsSync(`${it.pathOf('one')}.next`), false)
  })

  test('is retired in the words of its successor, so the audit goes on and what was sealed before verifies', async (t) => {
    const it = await place(t)
    const keys = await it.open()
    const { audit } = it.stores.system
    const seal = () => sealRecords({ log: audit, key: keys.sealKey, now: it.now, holder: 'one', announce: () => {} })
    await createCa(it.stores, await newTenant(it.opened))
    await seal()
    for (let round = 0; round < 2; round++) {
      await rotate(keys, it)
      await createCa(it.stores, await newTenant(it.opened))
      await seal()
    }

    const { findings, seals } = await verifyStep(0, { log: audit, key: (await it.open()).sealKey() })

    assert.deepEqual(findings, [])
    const signers = new Set((await audit.seals(0, 100)).map(({ key }) => key))
    assert.deepEqual([signers.size, seals >= 5], [3, true])
    const actions = await it.stores.for('installation').audit.list({ action: 'master-key.rotate' }, { limit: 10 })
    assert.equal(actions.items.length, 2)
  })
})

describe('a rotation that is interrupted', () => {
  const STEPS = ['begin', 'advance', 'replaceSealed', 'finish'] as const

  for (const step of STEPS) {
    for (const when of ['before', 'after'] as const) {
      test(`${when} ${step} leaves all that was sealed open at the next start, and goes on from there`, async (t) => {
        const it = await place(t)
        const keys = await it.open()
        for (let ca = 0; ca < 3; ca++) await makeSealed(it, keys)
        const former = await readMasterKeyFile(it.pathOf('one'))
        const dying = dyingStore(it.store, step, when)
        const process = await it.open('one', { store: dying })
        await assert.rejects(rotate(process, { ...it, store: dying }), Killed)

        const restarted = await it.open()
        assert.equal(await allOpens(it, restarted), 4)
        await makeSealed(it, restarted)
        assert.equal(await allOpens(it, restarted), 5)

        const isOver = step === 'finish' && when === 'after'
        if (!isOver) await rotate(restarted, it)
        const current = await readMasterKeyFile(it.pathOf('one'))
        assert.notEqual(current.id, former.id)
        assert.equal(await allOpens(it, { sealer: sealer(current) }), 5)
        assert.deepEqual(it.files(), ['one.key', `one.key.old-${former.id}`])
      })
    }
  }

  test('between the names of its files goes on at the next start', async (t) => {
    const it = await place(t)
    const keys = await it.open()
    await makeSealed(it, keys)
    await rotate(keys, it)
    const current = await readMasterKeyFile(it.pathOf('one'))
    // As a crash leaves it that comes after the first of the two names was changed.
    rmSync(it.pathOf('one'))
    it.give('one', current, '.next')

    const restarted = await it.open()

    assert.equal(await allOpens(it, restarted), 2)
    assert.equal((await readMasterKeyFile(it.pathOf('one'))).id, current.id)
    assert.equal(existsSync(`${it.pathOf('one')}.next`), false)
  })

  test('starts nothing without the new key once a part is under it', async (t) => {
    const it = await place(t)
    const keys = await it.open()
    await makeSealed(it, keys)
    const dying = dyingStore(it.store, 'replaceSealed', 'after')
    const process = await it.open('one', { store: dying })
    await assert.rejects(rotate(process, { ...it, store: dying }), Killed)
    const next = await readMasterKeyFile(`${it.pathOf('one')}.next`)
    rmSync(`${it.pathOf('one')}.next`)

    await assert.rejects(it.open(), /sealed under the new one already.*one\.key\.next/)

    it.give('one', next, '.next')
    assert.equal(await allOpens(it, await it.open()), 2)
    await assert.rejects(abandonRotation({ keys, store: it.store, now: it.now }), /only be brought to its end/)
  })
})

describe('a rotation where processes share a database', () => {
  test('waits until each has the new key, and writes under it when all can read it', async (t) => {
    const it = await place(t)
    const [one, two] = await twoProcesses(it)
    const driver = await it.open('one')
    await makeSealed(it, one)
    const step = () => rotateStep({}, { keys: driver, store: it.store, now: it.now })

    const first = await step()
    await Promise.all([one.refresh(), two.refresh()])
    const second = await step()
    const sealedWhile = two.sealer.seal(new Uint8Array([9]), CONTEXT)
    assert.deepEqual([first.waitingFor, second.waitingFor], [['one', 'two'], ['two']])
    assert.match(it.warnings.join(), /two\.key\.next/)
    assert.deepEqual(one.sealer.open(sealedWhile, CONTEXT), new Uint8Array([9]))

    it.give('two', await readMasterKeyFile(`${it.pathOf('one')}.next`), '.next')
    await two.refresh()
    const third = await step()
    assert.deepEqual(third.waitingFor, ['one', 'two'], 'all read under it, and nobody writes under it yet')
    await one.refresh()
    const byTheFirst = one.sealer.seal(new Uint8Array([8]), CONTEXT)
    assert.deepEqual(two.sealer.open(byTheFirst, CONTEXT), new Uint8Array([8]), 'who lags behind can read it')
    await two.refresh()
    const last = await step()

    assert.equal(last.state, 'done')
    assert.deepEqual(one.sealer.open(two.sealer.seal(new Uint8Array([5]), CONTEXT), CONTEXT), new Uint8Array([5]))
    await Promise.all([one.refresh(), two.refresh()])
    assert.deepEqual(one.sealer.open(two.sealer.seal(new Uint8Array([6]), CONTEXT), CONTEXT), new Uint8Array([6]))
    const current = await readMasterKeyFile(it.pathOf('two'))
    assert.equal(current.id, last.next)
    assert.equal(await allOpens(it, { sealer: sealer(current) }), 2)
  })

  test('does not wait for one that was killed, and who was silent for long seals nothing before it has looked', async (t) => {
    const it = await place(t)
    const [one, two] = await twoProcesses(it)
    it.advance(91_000)
    await one.refresh()
    const driver = await it.open('one')
    const step = () => rotateStep({}, { keys: driver, store: it.store, now: it.now })
    await step()
    await one.refresh()
    await step()
    await one.refresh()

    assert.equal((await step()).state, 'done')

    assert.throws(() => two.sealer.seal(new Uint8Array([1]), CONTEXT), MasterKeyUnsure)
    await assert.rejects(two.refresh(), /put it at .*two\.key\.next/)
    assert.throws(() => two.sealer.seal(new Uint8Array([1]), CONTEXT), /nothing is sealed/)
    it.give('two', await readMasterKeyFile(it.pathOf('one')), '.next')
    await two.refresh()
    assert.deepEqual(one.sealer.open(two.sealer.seal(new Uint8Array([2]), CONTEXT), CONTEXT), new Uint8Array([2]))
  })

  test('one that stops says so, and is not waited for', async (t) => {
    const it = await place(t)
    const [one, two] = await twoProcesses(it)
    await two.close()

    const { waitingFor } = await rotateStep({}, { keys: await it.open('one'), store: it.store, now: it.now })

    assert.deepEqual(waitingFor, ['one'])
    await one.close()
  })

  test('can be taken back while it waits, and another begins', async (t) => {
    const it = await place(t)
    const [one] = await twoProcesses(it)
    const deps = { keys: await it.open('one'), store: it.store, now: it.now }
    const { next } = await rotateStep({}, deps)

    assert.equal(await abandonRotation(deps), true)
    assert.equal(await abandonRotation(deps), false)

    await assert.rejects(rotateStep({ next }, deps), /taken back/)
    await one.refresh()
    assert.equal((await it.store.facts()).rotation, undefined)
    it.give('other', generateMasterKey())
    rmSync(`${it.pathOf('one')}.next`)
    assert.notEqual((await rotateStep({ newKeyFile: it.pathOf('other') }, deps)).next, next)
  })

  test('another key than that of the rotation under way is refused, and says where its own belongs', async (t) => {
    const it = await place(t)
    await twoProcesses(it)
    await rotateStep({}, { keys: await it.open('one'), store: it.store, now: it.now })
    it.give('other', generateMasterKey())

    const elsewhere = await it.open('two')
    const attempt = rotateStep({ newKeyFile: it.pathOf('other') }, { keys: elsewhere, store: it.store, now: it.now })

    await assert.rejects(attempt, /under way.*two\.key\.next/)
  })
})

/** Two processes that serve from one database, each with a copy of the key. */
async function twoProcesses(it: Place): Promise<readonly [Keys, Keys]> {
  const one = await it.shared('one')
  it.give('two', await readMasterKeyFile(it.pathOf('one')))
  return [one, await it.shared('two')]
}

/** What stands for kill -9: nothing that comes after it happens. */
class Killed extends Error {}

/** A store whose process dies before or after one of its steps. */
function dyingStore(
  store: KeyStore,
  step: 'begin' | 'advance' | 'replaceSealed' | 'finish',
  when: 'before' | 'after',
): KeyStore {
  let isDead = false
  const alive =
    <Args extends readonly unknown[], Result>(name: string, run: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      if (isDead) throw new Killed()
      if (name !== step) return run(...args)
      isDead = true
      if (when === 'after') await run(...args)
      throw new Killed()
    }
  return {
    ...store,
    facts: alive('facts', store.facts),
    begin: alive('begin', store.begin),
    advance: alive('advance', store.advance),
    sealedValues: alive('sealedValues', store.sealedValues),
    replaceSealed: alive('replaceSealed', store.replaceSealed),
    finish: alive('finish', store.finish),
    holders: alive('holders', store.holders),
  }
}
