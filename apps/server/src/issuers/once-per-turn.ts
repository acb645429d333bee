/**
 * A look at something that changes, shared by all who ask for the same within one turn of the event loop. It begins after the last
 * of them has asked, so nobody sees what was before their question.
 */
export function oncePerTurn<T>(look: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const waiting = new Map<string, Promise<T>>()
  return (key) => {
    const shared = waiting.get(key)
    if (shared !== undefined) return shared
    const { promise, resolve } = Promise.withResolvers<T>()
    waiting.set(key, promise)
    setImmediate(() => {
      waiting.delete(key)
      resolve(Promise.try(look, key))
    })
    return promise
  }
}
