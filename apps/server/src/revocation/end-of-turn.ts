/**
 * Settles when this turn of the event loop ends: at one time for all who wait in it, after what else it has read was begun, and so what
 * they do then they do at one go.
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
