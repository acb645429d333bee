/** How much work runs at once, how much of it for one owner, and how much of an owner's may wait. */
export interface FairLimits {
  readonly atOnce: number
  readonly perOwner: number
  readonly waiting: number
}

/**
 * Runs `work` when it is its owner's turn. Rejects with `tooMany` when too much of the owner's waits, and with the signal's reason when it
 * is aborted while it waits; once it runs it runs to its end.
 */
export type FairTurns = <T>(owner: string, work: () => Promise<T>, signal?: AbortSignal) => Promise<T>

/** Shares what can be done at once between owners: first come, first served within an owner, each owner in turn. */
export function fairTurns({ atOnce, perOwner, waiting }: FairLimits, tooMany: () => Error): FairTurns {
  /** Owners with work, the one whose turn is next first. */
  const owners = new Map<string, OwnersQueue>()
  let running = 0

  const startNext = (): void => {
    for (const [owner, queue] of owners) {
      if (running >= atOnce) return
      const [start] = queue.waiting
      if (start === undefined || queue.running >= perOwner) continue
      queue.waiting.delete(start)
      owners.delete(owner)
      owners.set(owner, queue)
      start()
    }
  }

  /** Begins at once. */
  const run = <T>(owner: string, queue: OwnersQueue, work: () => Promise<T>): Promise<T> => {
    queue.running++
    running++
    const leave = (): void => {
      queue.running--
      running--
      if (queue.running === 0 && queue.waiting.size === 0) owners.delete(owner)
      startNext()
    }
    const result = begun(work)
    result.then(leave, leave)
    return result
  }

  return <T>(owner: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    if (signal?.aborted) return Promise.reject(signal.reason)
    const queue = owners.get(owner) ?? { running: 0, waiting: new Set() }
    if (queue.waiting.size >= waiting) return Promise.reject(tooMany())
    // Where there is room, nobody waits who could be passed.
    const isFree = running < atOnce && queue.running < perOwner
    if (isFree) owners.delete(owner)
    owners.set(owner, queue)
    if (isFree) return run(owner, queue, work)
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const giveUp = (): void => {
      queue.waiting.delete(start)
      if (queue.running === 0 && queue.waiting.size === 0) owners.delete(owner)
      reject(signal?.reason)
    }
    const start = (): void => {
      signal?.removeEventListener('abort', giveUp)
      run(owner, queue, work).then(resolve, reject)
    }
    queue.waiting.add(start)
    signal?.addEventListener('abort', giveUp, { once: true })
    return promise
  }
}

/** Unlike `Promise.try` the very promise of the work: there are thousands a second. */
function begun<T>(work: () => Promise<T>): Promise<T> {
  try {
    return work()
  } catch (error) {
    return Promise.reject(error)
  }
}

interface OwnersQueue {
  running: number
  readonly waiting: Set<() => void>
}
