import { Worker } from 'node:worker_threads'

/** The log is moved into the file from this many pages on: 16 MiB. */
const DUE_PAGES = 4000
/** So much is left for the last round, which writers wait for: a few milliseconds. */
const FEW_PAGES = 200
const MOST_ROUNDS = 4
/** Commits between two looks at the log. */
const LOOK_EVERY = 16

/** What `PRAGMA wal_checkpoint` says: pages in the log, and how many of them are in the file. */
interface Progress {
  readonly log: number
  readonly checkpointed: number
}

/** The writing connection, as far as checkpoints need it. */
export interface CheckpointWriter {
  /** Pages in the log now, without moving any. */
  progress(): Progress
  /** Moves all, on the event loop. Called when no transaction is open. */
  moveAll(): void
}

/**
 * Moves the write-ahead log into the database file. To copy thousands of pages and flush them would hold the event loop for tens of
 * milliseconds, so a thread with a connection of its own does it, in rounds: what came during one is moved by the next. The log begins
 * anew only when every page of it has been moved and nobody wrote meanwhile, so during the last round, of few pages, no transaction
 * is opened. Everything else goes on.
 */
export class Checkpoints {
  readonly #path: string
  readonly #writer: CheckpointWriter
  #worker: Worker | undefined
  #commits = 0
  #rounds = 0
  #lastDue = false
  #last: PromiseWithResolvers<void> | undefined

  constructor(path: string, writer: CheckpointWriter) {
    this.#path = path
    this.#writer = writer
  }

  /** While the last round runs: resolves (never rejects) when a transaction may be opened again. */
  lastRound(): Promise<void> | undefined {
    return this.#last?.promise
  }

  /**
   * After each COMMIT, when no transaction is open. Never throws: what was committed is committed, and whoever waits for it must
   * not hear of a disk that is too full to move the log. The pages stay where they are, and the next look tries again.
   */
  afterCommit(): void {
    try {
      this.#look()
    } catch {
      // Said by whatever writes next, and by the watch on the disk.
    }
  }

  #look(): void {
    if (this.#lastDue) {
      this.#lastDue = false
      this.#beginLast()
    } else if (this.#rounds === 0 && ++this.#commits % LOOK_EVERY === 0) {
      const { log, checkpointed } = this.#writer.progress()
      if (log - checkpointed >= DUE_PAGES) this.#begin()
    }
  }

  /** Ends the thread; what it was doing is finished first. */
  async close(): Promise<void> {
    const worker = this.#worker
    if (worker === undefined) return
    this.#worker = undefined
    worker.ref()
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage('close')
    await ended
  }

  #begin(): void {
    this.#worker ??= this.#start()
    this.#rounds++
    this.#worker.postMessage('checkpoint')
  }

  /** Without its thread the writer does it alone, and the event loop waits, as it does for any SQLite. */
  #beginLast(): void {
    if (this.#worker === undefined) {
      this.#writer.moveAll()
    } else {
      this.#last = Promise.withResolvers()
      this.#worker.postMessage('checkpoint')
    }
  }

  #start(): Worker {
    const worker = new Worker(new URL('checkpoint-worker.ts', import.meta.url), { workerData: this.#path })
    worker.unref()
    worker.on('message', (left: number) => {
      if (this.#last !== undefined) this.#endLast()
      else if (left > FEW_PAGES && this.#rounds < MOST_ROUNDS) this.#begin()
      else this.#endRounds()
    })
    worker.on('error', () => {
      this.#worker = undefined
      this.#endLast()
      this.#endRounds()
    })
    return worker
  }

  #endRounds(): void {
    this.#rounds = 0
    this.#lastDue = true
  }

  #endLast(): void {
    this.#last?.resolve()
    this.#last = undefined
  }
}
