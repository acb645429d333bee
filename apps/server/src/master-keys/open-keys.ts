import { hkdfSync, randomBytes } from 'node:crypto'
import { type MasterKey, type Sealer, sealer } from '@chancery/keys'
import { type SealKey, sealKeyOf } from '../audit/seal-key.ts'
import { findMasterKey } from './find-master-key.ts'
import { findKey, type KeyPlace, nextPath, readFormerKeys, settleFiles } from './key-files.ts'
import type { KeyHolder, KeyStore, Rotation } from './key-store.ts'
import { rewrapAll } from './rewrap.ts'

/** The master key at work, through its rotations. */
export interface Keys {
  /** Seals under the key of now; opens what the keys of a rotation sealed. */
  readonly sealer: Sealer
  /** What signs the heads of the audit. */
  sealKey(): SealKey
  /** A secret for one purpose that outlives rotations of the master key: it derives from a secret that rests sealed. */
  secret(label: string, octets?: number): Buffer
  /** Looks for what the database says of a rotation, and follows it. Runs every few seconds. */
  refresh(): Promise<void>
  readonly place: KeyPlace
  /** The key of now, and the one that a rotation goes to where this process has it. */
  state(): { readonly current: MasterKey; readonly next: MasterKey | undefined }
  /** Says that this process holds no key any more. */
  close(): Promise<void>
}

export interface KeyDeps {
  readonly store: KeyStore
  readonly now: () => number
  /** Told what a person has to do. */
  readonly warn: (message: string) => void
  /** Set where processes share a database: who this is. */
  readonly holder?: Pick<KeyHolder, 'process' | 'name'>
}

/** The database was away, or this process stood still, for so long that the key may have changed. The next look, in seconds, says. */
export class MasterKeyUnsure extends Error {
  override readonly name = 'MasterKeyUnsure'
}

/** How long a process may seal without having looked whether the key changed. A rotation waits longer for one that is silent. */
const FENCE_MS = 30_000
export const SILENCE_MS = 90_000
const HEARTBEAT_MS = 10_000
/** How long a former key is held, for what was sealed before its end and is stored after it. */
const FORMER_MS = 600_000
const ROOT_SECRET = { tenant: '', purpose: 'installation-secret', id: 'root' }

/** Opens the master key. Throws `MasterKeyError` that says what is wrong; then nothing was touched. */
export async function openKeys(place: KeyPlace, deps: KeyDeps): Promise<Keys> {
  const { store } = deps
  const ring = new Ring(place, deps, await findMasterKey(place, store), await readFormerKeys(place))
  await ring.refresh()
  const sealed = await store.secret(ROOT_SECRET.id, () => ring.sealer.seal(randomBytes(32), ROOT_SECRET))
  const root = ring.sealer.open(sealed, ROOT_SECRET)
  return {
    sealer: ring.sealer,
    sealKey: () => ring.sealKey(),
    secret: (label, octets = 32) => Buffer.from(hkdfSync('sha256', root, new Uint8Array(), label, octets)),
    refresh: () => ring.refresh(),
    place,
    state: () => ring.state(),
    close: async () => {
      if (deps.holder !== undefined) await store.release(deps.holder.process)
    },
  }
}

interface Former {
  readonly key: MasterKey
  /** When it became one; it is looked for what it sealed until long after. */
  readonly since: number
}

class Ring {
  readonly sealer: Sealer
  readonly #place: KeyPlace
  readonly #deps: KeyDeps
  #current: MasterKey
  #sealKey: SealKey
  #next: MasterKey | undefined
  #isWritingNext = false
  #former: readonly Former[]
  #under: Sealer
  /** When the database was last asked. */
  #askedAt = Number.NEGATIVE_INFINITY
  #saidAt = Number.NEGATIVE_INFINITY
  #said: KeyHolder['state'] | undefined
  #warned: string | undefined
  #running: Promise<void> | undefined

  constructor(place: KeyPlace, deps: KeyDeps, current: MasterKey, former: readonly MasterKey[]) {
    this.#place = place
    this.#deps = deps
    this.#current = current
    this.#sealKey = sealKeyOf(current)
    this.#former = former.filter(({ id }) => id !== current.id).map((key) => ({ key, since: deps.now() }))
    this.#under = this.#makeSealer()
    this.sealer = {
      seal: (plaintext, context) => {
        if (deps.holder !== undefined && deps.now() - this.#askedAt > FENCE_MS) {
          throw new MasterKeyUnsure(
            'nothing is sealed: it could not be seen for a while which master key is the one of now',
          )
        }
        return this.#under.seal(plaintext, context)
      },
      open: (sealed, context) => this.#under.open(sealed, context),
      rewrap: (sealed) => this.#under.rewrap(sealed),
      isCurrent: (sealed) => this.#under.isCurrent(sealed),
    }
  }

  sealKey(): SealKey {
    return this.#sealKey
  }

  state() {
    return { current: this.#current, next: this.#next }
  }

  /** One at a time; who asks while one runs waits for one that began after it asked. */
  async refresh(): Promise<void> {
    const before = this.#running
    const mine = (before ?? Promise.resolve()).catch(() => {}).then(() => this.#refresh())
    this.#running = mine
    await mine
  }

  async #refresh(): Promise<void> {
    const { store, now } = this.#deps
    const askedAt = now()
    const { check, rotation } = await store.facts()
    if (check !== undefined && check !== this.#current.checkValue()) await this.#follow(check)
    await this.#take(rotation)
    this.#under = this.#makeSealer()
    this.#askedAt = askedAt
    await this.#rewrapStragglers()
    await this.#say(rotation)
  }

  /** The rotation has ended: the new key is the key of now. */
  async #follow(check: string): Promise<void> {
    const key = this.#next?.checkValue() === check ? this.#next : await findKey(this.#place, check)
    if (key === undefined) {
      throw new Error(
        `the master key was rotated, and this process has not the new one: put it at ${nextPath(this.#place)}`,
      )
    }
    this.#former = [...this.#former, { key: this.#current, since: this.#deps.now() }]
    this.#current = key
    this.#sealKey = sealKeyOf(key)
  }

  async #take(rotation: Rotation | undefined): Promise<void> {
    if (rotation === undefined) {
      this.#next = undefined
      this.#isWritingNext = false
      const message = await settleFiles(this.#place, this.#current)
      if (message !== undefined) this.#warnOnce(message)
      return
    }
    if (this.#next?.checkValue() !== rotation.next) this.#next = await findKey(this.#place, rotation.next)
    this.#isWritingNext = rotation.phase === 'rewrapping'
    if (this.#next !== undefined) return
    const message = `the master key is to be rotated: put the file of the new one at ${nextPath(this.#place)}`
    if (this.#isWritingNext) throw new Error(message)
    this.#warnOnce(message)
  }

  /** What was sealed under the former key, and stored after all else had been rewrapped. */
  async #rewrapStragglers(): Promise<void> {
    const { store, now } = this.#deps
    if (this.#former.length === 0 || this.#next !== undefined) return
    await rewrapAll(this.#under, store)
    this.#former = this.#former.filter(({ since }) => now() - since < FORMER_MS)
    this.#under = this.#makeSealer()
  }

  async #say(rotation: Rotation | undefined): Promise<void> {
    const { store, now, holder } = this.#deps
    if (holder === undefined) return
    const does = this.#isWritingNext ? 'writes' : 'reads'
    const state = rotation === undefined || this.#next === undefined ? 'none' : (`${does} ${rotation.nextId}` as const)
    if (state === this.#said && now() - this.#saidAt < HEARTBEAT_MS) return
    const seenAt = now()
    await store.hold({ ...holder, seenAt, state })
    this.#said = state
    this.#saidAt = seenAt
  }

  #makeSealer(): Sealer {
    const [writing, other] = this.#isWritingNext ? [this.#next, this.#current] : [this.#current, this.#next]
    const others = [other, ...this.#former.map(({ key }) => key)].filter((key) => key !== undefined)
    return sealer(writing ?? this.#current, others)
  }

  #warnOnce(message: string): void {
    if (message !== this.#warned) this.#deps.warn(message)
    this.#warned = message
  }
}
