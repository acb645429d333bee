import type { Log } from './log.ts'

/** Why nothing new can be kept now, in words for whoever asks. */
export interface StorageProblem {
  /** As `/readyz` names it. */
  readonly part: 'database' | 'disk'
  readonly detail: string
  /** `changes`: what is stored can still be read, and little can still be written. */
  readonly stops: 'everything' | 'changes'
}

/** Looks after the place where things are kept, so that nobody has to wait to learn that it is away. */
export interface StorageWatch {
  problem(): StorageProblem | undefined
  /** Told of a write that found no room: nothing new is begun for a while, then somebody may try. */
  heardOfFullDisk(): void
  stop(): void
}

export interface StorageWatchOptions {
  /** Settles when the database answers. */
  readonly ping: () => Promise<void>
  /** Octets that are free for the database; absent where its disk is not ours to see. */
  readonly freeOctets?: () => Promise<number>
  readonly now: () => number
  readonly log: Log
  readonly everyMs?: number
  /** How long a database may take to answer before it counts as away. */
  readonly patienceMs?: number
}

/** New things stop while there is still room for revocations and for the log of the database. */
const LEAST_FREE_OCTETS = 16 << 20
const TRY_AGAIN_MS = 10_000

const GONE = {
  part: 'database',
  stops: 'everything',
  detail: 'The database cannot be reached. Nothing that was answered is lost; try again in a moment.',
} as const
const SLOW = {
  part: 'database',
  stops: 'everything',
  detail: 'The database does not answer in time. Nothing that was answered is lost; try again in a moment.',
} as const
const FULL = {
  part: 'disk',
  stops: 'changes',
  detail:
    'The disk of the database is full: nothing new is begun until there is room. Revocations, and what relying parties fetch, go on.',
} as const

/** Looks every second. What it finds is logged when it changes. */
export function watchStorage(options: StorageWatchOptions): StorageWatch {
  const { now, log, everyMs = 1_000, patienceMs = 3_000 } = options
  let found: StorageProblem | undefined
  let fullUntil = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  const look = async (): Promise<void> => {
    const seen = await problemNow(options, patienceMs)
    if (seen !== found && !isStopped) {
      if (seen === undefined) log.info('what is stored is at hand again')
      else log.error('nothing new can be kept', { part: seen.part, detail: seen.detail })
    }
    found = seen
    if (isStopped) return
    timer = setTimeout(() => void look(), everyMs)
    timer.unref()
  }
  void look()
  return {
    problem: () => found ?? (now() < fullUntil ? FULL : undefined),
    heardOfFullDisk: () => {
      fullUntil = now() + TRY_AGAIN_MS
    },
    stop: () => {
      isStopped = true
      clearTimeout(timer)
    },
  }
}

async function problemNow(
  { ping, freeOctets }: StorageWatchOptions,
  patienceMs: number,
): Promise<StorageProblem | undefined> {
  const { promise: tooLate, resolve } = Promise.withResolvers<StorageProblem>()
  const timer = setTimeout(() => resolve(SLOW), patienceMs)
  const answered = ping().then(
    () => undefined,
    () => GONE,
  )
  try {
    const problem = await Promise.race([answered, tooLate])
    if (problem !== undefined || freeOctets === undefined) return problem
    return (await freeOctets()) < LEAST_FREE_OCTETS ? FULL : undefined
  } catch {
    return GONE
  } finally {
    clearTimeout(timer)
  }
}
