/** Runs work on a thing, named by its key, when all that was begun on it before has ended. Other things do not wait. */
export type OneAtATime = <T>(key: string, work: () => Promise<T>) => Promise<T>

/** Of this process alone: others may be at work on the same. */
export function oneAtATime(): OneAtATime {
  const last = new Map<string, Promise<unknown>>()
  return (key, work) => {
    const before = last.get(key) ?? Promise.resolve()
    const done = before.then(work, work)
    const forget = (): void => {
      if (last.get(key) === done) last.delete(key)
    }
    last.set(key, done)
    done.then(forget, forget)
    return done
  }
}
