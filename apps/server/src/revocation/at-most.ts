/** Work of which only so much runs at once under one name. */
export interface AtMost {
  /** Runs the work, or returns `undefined` when enough runs under this name. What throws at once, without a promise, has not run. */
  run<T>(name: string, work: () => Promise<T>): Promise<T> | undefined
}

/** Lets at most `most` run at once under each name. Names take no room while nothing runs under them. */
export function atMost(most: number): AtMost {
  const running = new Map<string, number>()
  return {
    run(name, work) {
      if ((running.get(name) ?? 0) >= most) return undefined
      // The very promise of the work, not one around it: there are thousands a second.
      const result = work()
      running.set(name, (running.get(name) ?? 0) + 1)
      const leave = (): void => {
        const left = (running.get(name) ?? 1) - 1
        if (left > 0) running.set(name, left)
        else running.delete(name)
      }
      result.then(leave, leave)
      return result
    },
  }
}
