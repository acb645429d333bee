/** Work of which only so much runs at once under one name. */
export interface AtMost {
  /** Runs the work, or returns `undefined` when enough runs under this name. */
  run<T>(name: string, work: () => Promise<T>): Promise<T> | undefined
}

/** Lets at most `most` run at once under each name. Names take no room while nothing runs under them. */
export function atMost(most: number): AtMost {
  const running = new Map<string, number>()
  const leave = (name: string): void => {
    const left = (running.get(name) ?? 1) - 1
    if (left > 0) running.set(name, left)
    else running.delete(name)
  }
  const counted = async <T>(name: string, now: number, work: () => Promise<T>): Promise<T> => {
    running.set(name, now + 1)
    try {
      return await work()
    } finally {
      leave(name)
    }
  }
  return {
    run(name, work) {
      const now = running.get(name) ?? 0
      return now < most ? counted(name, now, work) : undefined
    },
  }
}
