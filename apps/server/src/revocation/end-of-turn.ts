/**
 * Settles when the event loop has read what there is: at one time for all who wait, and so what they do then they do at one go. For what
 * waits since a message or a connection was read, that is the end of the same turn.
 */
export function endOfTurn(): () => Promise<void> {
  let end: Promise<void> | undefined
  const turn = (resolve: () => void): void => {
    setImmediate(() => {
      end = undefined
      resolve()
    })
  }
  return () => (end ??= new Promise(turn))
}
