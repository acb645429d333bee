import { generateMasterKey, type MasterKey, MasterKeyError, readMasterKeyFile } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import { INSTALLATION_LOG } from '../audit/account-record.ts'
import { recordOf } from '../audit/audit-record.ts'
import { sealKeyOf } from '../audit/seal-key.ts'
import { endorse } from '../audit/seal-keys.ts'
import { nextPath, readNextKey, writeNextKey } from './key-files.ts'
import type { KeyStore, Rotation } from './key-store.ts'
import { type Keys, SILENCE_MS } from './open-keys.ts'
import { rewrapAll } from './rewrap.ts'

export interface RotationRequest {
  /** A file that holds the new key; without one it is made. */
  readonly newKeyFile?: string
  /** The id of the new key, once the first step said it: the steps that follow belong to that rotation. */
  readonly next?: string
}

/** How far a rotation is. Whoever asked goes on asking until it is done. */
export interface RotationStep {
  readonly state: 'waiting' | 'done'
  /** The id of the new key. */
  readonly next: string
  /** Processes that have not followed yet. */
  readonly waitingFor: readonly string[]
  /** How many values this step rewrapped. */
  readonly rewrapped: number
  /** How many values open under no key, before as after. */
  readonly broken: number
  /** Where each process looks for the new key until the rotation has ended. */
  readonly newKeyAt: string
  /** Where the key of now is, and where the former one went. */
  readonly keyAt: string
}

export interface RotationDeps {
  readonly keys: Keys
  readonly store: KeyStore
  readonly now: () => number
}

/**
 * One step of a rotation:
 *
 *     new key on the disk → announced → every process reads under it → rewrapping → every process writes under it → all is rewrapped → ended
 *
 * Each arrow is one transaction, and before it whatever it needs is on the disk: a crash anywhere leaves a state in which
 * everything opens with the keys that lie at their places, and the next step goes on. Two that rotate at once do the same steps, or rotate one after the other.
 * Throws `Refusal` when there is nothing to go on with, and `MasterKeyError` for a file that holds no key.
 */
export async function rotateStep(request: RotationRequest, deps: RotationDeps): Promise<RotationStep> {
  // In one process one after the other: they share the files beside the key.
  const before = turns.get(deps.store)
  const mine = Promise.resolve(before?.catch(() => {})).then(() => takeStep(request, deps))
  turns.set(deps.store, mine)
  return mine
}
const turns = new WeakMap<KeyStore, Promise<RotationStep>>()

async function takeStep(request: RotationRequest, deps: RotationDeps): Promise<RotationStep> {
  const { keys, store } = deps
  await keys.refresh()
  const { current } = keys.state()
  if (current.id === request.next) return done(current, deps)

  let rotation = (await store.facts()).rotation ?? (await begin(request, deps))
  await holdNext(rotation, request, deps)
  if (rotation.phase === 'announced') {
    const waitingFor = await notYet(deps, (state) => state.endsWith(` ${rotation.nextId}`))
    if (waitingFor.length > 0) return waiting(rotation, waitingFor, deps)
    const to = { ...rotation, phase: 'rewrapping' } as const
    await store.advance(rotation, to)
    rotation = to
    await keys.refresh()
  }
  const waitingFor = await notYet(deps, (state) => state === `writes ${rotation.nextId}`)
  if (waitingFor.length > 0) return waiting(rotation, waitingFor, deps)
  return finish(rotation, request, deps)
}

/** Takes a rotation back that has not begun to rewrap. Resolves to whether there was one. Throws `Refusal` when it is too late. */
export async function abandonRotation({ keys, store }: RotationDeps): Promise<boolean> {
  const { rotation } = await store.facts()
  if (rotation === undefined) return false
  if (rotation.phase === 'announced' && (await store.advance(rotation, undefined))) {
    await keys.refresh()
    return true
  }
  throw new Refusal(
    'conflict',
    'This rotation rewraps already: it can only be brought to its end. Run the command again.',
  )
}

async function begin({ next, newKeyFile }: RotationRequest, { keys, store }: RotationDeps): Promise<Rotation> {
  if (next !== undefined) throw new Refusal('conflict', 'This rotation was taken back.')
  const { current } = keys.state()
  const given = newKeyFile === undefined ? undefined : await readMasterKeyFile(newKeyFile)
  const lying = await readNextKey(keys.place)
  if (given !== undefined && lying !== undefined && given.id !== lying.id) {
    throw new MasterKeyError(`${nextPath(keys.place)} holds another key than ${newKeyFile}: put one of them away`)
  }
  const key = given ?? lying ?? generateMasterKey()
  if (key.id === current.id) throw new Refusal('conflict', 'The new master key is the key of now: give another.')
  if (lying === undefined) await writeNextKey(keys.place, key)
  return store.begin({ next: key.checkValue(), nextId: key.id, phase: 'announced' })
}

/** Sees to it that this process has the new key. */
async function holdNext({ next }: Rotation, { newKeyFile }: RotationRequest, { keys }: RotationDeps): Promise<void> {
  await keys.refresh()
  if (keys.state().next !== undefined) return
  const given = newKeyFile === undefined ? undefined : await readMasterKeyFile(newKeyFile)
  if (given?.checkValue() === next && (await readNextKey(keys.place)) === undefined) {
    await writeNextKey(keys.place, given)
    await keys.refresh()
  }
  if (keys.state().next === undefined) {
    throw new Refusal(
      'conflict',
      `A rotation to another new key is under way. Put its file at ${nextPath(keys.place)}, or take it back with --abandon.`,
    )
  }
}

/** The names of the processes that live and have not come this far. */
async function notYet({ store, now }: RotationDeps, isThere: (state: string) => boolean): Promise<readonly string[]> {
  const holders = await store.holders(now() - SILENCE_MS)
  return holders.filter(({ state }) => !isThere(state)).map(({ name }) => name)
}

async function finish(rotation: Rotation, request: RotationRequest, deps: RotationDeps): Promise<RotationStep> {
  const { keys, store } = deps
  const { count: rewrapped, broken } = await rewrapAll(keys.sealer, store)
  const { current, next } = keys.state()
  if (next === undefined) return takeStep({ ...request, next: rotation.nextId }, deps)
  const successor = sealKeyOf(next)
  const former = sealKeyOf(current)
  // False: the audit's head moved on, or somebody else brought it to its end. The next step tells.
  const retired = { id: former.id, publicKey: former.publicKey }
  const act = { tenant: INSTALLATION_LOG, actor: { kind: 'command-line' }, at: deps.now() } as const
  const ended = await store.finish(
    rotation,
    current.checkValue(),
    ({ number, digest }) => endorse({ ...retired, untilNumber: number, untilDigest: digest }, successor),
    recordOf(act, { action: 'master-key.rotate', object: { type: 'master-key', id: next.id } }),
  )
  if (!ended) return { ...waiting(rotation, [], deps), rewrapped, broken }
  await keys.refresh()
  return { ...done(next, deps), rewrapped, broken }
}

function waiting({ nextId }: Rotation, waitingFor: readonly string[], { keys }: RotationDeps): RotationStep {
  const { place } = keys
  return {
    state: 'waiting',
    next: nextId,
    waitingFor,
    rewrapped: 0,
    broken: 0,
    newKeyAt: nextPath(place),
    keyAt: place.path,
  }
}

function done({ id }: MasterKey, { keys: { place } }: RotationDeps): RotationStep {
  return {
    state: 'done',
    next: id,
    waitingFor: [],
    rewrapped: 0,
    broken: 0,
    newKeyAt: nextPath(place),
    keyAt: place.path,
  }
}
