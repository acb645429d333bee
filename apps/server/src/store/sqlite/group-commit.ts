import { setTimeout as delay } from 'node:timers/promises'
import {
  CommitFailed,
  CommitUnknown,
  DatabaseBusy,
  DatabaseUnavailable,
  sqlitePrimaryCode,
} from '../database-errors.ts'
import { commitError } from './commit-error.ts'
import { type GroupCommitLimits, LIMITS } from './group-commit-limits.ts'

/** Where a COMMIT ends up. Without it, COMMIT itself brings what it carries to the disk. */
export interface Durability {
  /** Resolves when what was committed before is on the disk. */
  flush(): Promise<void>
  /** Resolves (never rejects) when the disk has what was committed, or could not take it; `undefined` when it waits for nothing. */
  flushing(): Promise<void> | undefined
  /** After each COMMIT, when no transaction is open. */
  afterCommit(): void
  /** While no transaction may be opened: resolves (never rejects) when that is over. */
  pause(): Promise<void> | undefined
}

/** What a `DatabaseSync` is to group commit. */
export interface Transactions {
  /** False again when the engine rolled back by itself, as on a full disk. */
  readonly isTransaction: boolean
  exec(sql: string): void
  prepare(sql: string): { run(): unknown }
}

const BUSY = 5
/** Between two attempts to open a transaction. SQLite's own way of waiting would stop the event loop. */
const BUSY_PAUSE_MS = 20

/** A transaction that has ended well and waits for the COMMIT that carries it, and for the disk. */
interface Finished {
  stored(): void
  lost(error: Error): void
}

/**
 * The one writer of a SQLite file, shared by all transactions: those that wait run one after the other under one
 * BEGIN … COMMIT, each in a savepoint, so that one flush of the disk serves them all. While a group is being flushed the
 * next is run, but not committed before that ends, since nothing of it could be on the disk earlier: so groups are as large as
 * the disk is slow.
 *
 *     begin → statements → finish (resolves when the COMMIT of the group is on the disk) or abandon
 *
 * A group opens when the event loop has gone round once since the first of them came, and closes when the disk is free and it
 * has gone round once with nobody left to run, or the group is large or old. Those turns are what makes groups under load:
 * several requests become ready at once, and each of them arrives in a callback of its own. With 1 in flight they cost nothing.
 *
 * Crash: before COMMIT returns nothing of the group is stored and nobody was told otherwise. Between COMMIT and the end of
 * the flush the process may die and lose nothing, or the machine and lose the group: nobody was told of it yet.
 */
export class GroupCommit {
  readonly #db: Transactions
  readonly #limits: Required<GroupCommitLimits>
  readonly #durability: Durability | undefined
  readonly #commands: Record<'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'undo', { run(): unknown }>
  /** Somebody runs. */
  #taken = false
  /** The first who waits is run at the end of this turn of the event loop. */
  #turning = false
  #waiting: (() => void)[] = []
  #finished: Finished[] = []
  #turnedAt = 0
  #scheduled: NodeJS.Immediate | undefined
  /** The group waits for this flush to end. */
  #flushed: Promise<void> | undefined
  #commitDue = false
  /**
   * Why nothing can be written any more. A ROLLBACK failed: what is open then must never be committed. Or a flush did: the
   * system may have dropped what it could not write, and the next flush would not tell.
   */
  #broken: Error | undefined

  constructor(db: Transactions, limits: GroupCommitLimits = {}, durability?: Durability) {
    this.#db = db
    this.#durability = durability
    db.exec('PRAGMA busy_timeout = 0')
    this.#limits = { ...LIMITS, ...limits }
    this.#commands = {
      begin: db.prepare('BEGIN IMMEDIATE'),
      commit: db.prepare('COMMIT'),
      rollback: db.prepare('ROLLBACK'),
      savepoint: db.prepare('SAVEPOINT member'),
      release: db.prepare('RELEASE member'),
      undo: db.prepare('ROLLBACK TO member'),
    }
  }

  /** Throws when nothing can be written before a restart. */
  refuseIfBroken(): void {
    if (this.#broken !== undefined) throw this.#broken
  }

  /** Whether nothing can be written before the file is opened anew. */
  get isBroken(): boolean {
    return this.#broken !== undefined
  }

  /** Waits for the writer's turn, in order of arrival. Afterwards `finish` or `abandon` must be called once. */
  async begin(): Promise<void> {
    const patientUntil = performance.now() + this.#limits.busyMs
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve)
      this.#wake()
    })
    try {
      this.refuseIfBroken()
      if (!this.#db.isTransaction) await this.#open(patientUntil)
      this.#commands.savepoint.run()
    } catch (error) {
      this.#afterMember()
      throw error
    }
  }

  /** Resolves when the group is on the disk. Rejects with `CommitFailed`, `CommitUnknown`, or `DatabaseUnavailable` behind a disk that failed. */
  finish(): Promise<void> {
    this.#commands.release.run()
    return new Promise<void>((stored, lost) => {
      this.#finished.push({ stored, lost })
      this.#afterMember()
    })
  }

  /** Undoes what this transaction did and leaves the others of its group alone. */
  abandon(): void {
    try {
      if (this.#db.isTransaction) {
        this.#commands.undo.run()
        this.#commands.release.run()
      }
    } catch (error) {
      // Without its savepoint the member cannot be told from the others: all of them go.
      this.#rollback(error)
    }
    this.loseIfRolledBack()
    this.#afterMember()
  }

  /** After a statement that failed: if the engine rolled everything back, those that had finished are lost too. */
  loseIfRolledBack(cause?: unknown): void {
    if (this.#db.isTransaction) return
    this.#lose(new CommitFailed('the database rolled a group of transactions back: nothing of it is stored', { cause }))
  }

  /** Commits what has finished. Called when nobody runs any more, before the file is closed. */
  close(): void {
    clearImmediate(this.#scheduled)
    this.#commit()
  }

  /** Gives the first who waits their turn, now or when the next group opens. */
  #wake(): void {
    if (this.#taken || this.#turning || this.#waiting.length === 0) return
    if (this.#db.isTransaction) {
      this.#next()
      return
    }
    this.#nextTurn()
  }

  #nextTurn(): void {
    this.#turning = true
    setImmediate(() => {
      this.#turning = false
      this.#turnedAt = performance.now()
      this.#next()
    })
  }

  async #open(patientUntil: number): Promise<void> {
    await this.#durability?.pause()
    for (;;) {
      try {
        this.#commands.begin.run()
        return
      } catch (error) {
        if (sqlitePrimaryCode(error) !== BUSY) throw error
        if (performance.now() >= patientUntil) {
          throw new DatabaseBusy('another process holds the SQLite file: nothing was written', { cause: error })
        }
      }
      await delay(BUSY_PAUSE_MS)
    }
  }

  #afterMember(): void {
    this.#taken = false
    const isOld = performance.now() - this.#turnedAt >= this.#limits.sliceMs
    if (this.#commitDue || this.#isEnough(isOld)) {
      this.#commit()
      this.#wake()
    } else if (this.#waiting.length === 0) {
      this.#commitSoon()
    } else if (isOld) {
      this.#nextTurn()
    } else {
      this.#next()
    }
  }

  #next(): void {
    const resolve = this.#waiting.shift()
    if (resolve === undefined) return
    this.#taken = true
    resolve()
  }

  #isEnough(isOld: boolean): boolean {
    const { length } = this.#finished
    if (length >= this.#limits.maxGroup) return true
    return (isOld || length >= this.#limits.enough) && this.#durability?.flushing() === undefined
  }

  #commitSoon(): void {
    if (this.#flushed) return
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = undefined
      this.#flushed = this.#durability?.flushing()?.then(() => {
        this.#flushed = undefined
        this.#commitUnlessTaken()
      })
      if (this.#flushed === undefined) this.#commitUnlessTaken()
    })
  }

  #commitUnlessTaken(): void {
    if (this.#taken) {
      this.#commitDue = this.#db.isTransaction
    } else {
      this.#commit()
      this.#wake()
    }
  }

  #commit(): void {
    this.#commitDue = false
    if (!this.#db.isTransaction) return
    const startedAt = performance.now()
    try {
      // The disk may have failed under the group before this one.
      this.refuseIfBroken()
      if (this.#finished.length === 0) this.#rollback()
      else this.#commands.commit.run()
    } catch (error) {
      this.#rollback(error)
      this.#lose(error instanceof DatabaseUnavailable ? error : commitError(error))
    }
    const members = this.#finished
    this.#finished = []
    if (members.length === 0) return
    if (this.#durability === undefined) for (const member of members) member.stored()
    else this.#settle(members, this.#durability.flush())
    this.#durability?.afterCommit()
    this.#limits.onCommit(members.length, performance.now() - startedAt)
  }

  #settle(members: readonly Finished[], flushed: Promise<void>): void {
    flushed.then(
      () => {
        for (const member of members) member.stored()
      },
      (cause: unknown) => {
        this.#break(new DatabaseUnavailable('the disk failed: the server must be restarted', { cause }))
        const error = new CommitUnknown('the disk failed after COMMIT: the transaction may be stored or not', { cause })
        for (const member of members) member.lost(error)
      },
    )
  }

  #rollback(why?: unknown): void {
    if (!this.#db.isTransaction) return
    try {
      this.#commands.rollback.run()
    } catch (error) {
      const cause = why ?? error
      const message = 'the database could not roll back: the server must be restarted'
      this.#break(new DatabaseUnavailable(message, { cause }))
      this.#lose(new CommitFailed(message, { cause }))
    }
  }

  #break(why: Error): void {
    if (this.#broken !== undefined) return
    this.#broken = why
    this.#limits.onBroken(why)
  }

  #lose(error: Error): void {
    const members = this.#finished
    this.#finished = []
    for (const member of members) member.lost(error)
  }
}
