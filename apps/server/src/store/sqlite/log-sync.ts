import { close, fdatasync, openSync } from 'node:fs'
import { promisify } from 'node:util'

const flush = promisify(fdatasync)
const closeFile = promisify(close)

/**
 * Brings the write-ahead log of a SQLite file to the disk, off the event loop. A COMMIT under `synchronous = NORMAL` has written
 * its pages into the log; they outlive a loss of power once a flush that began afterwards has returned.
 */
export interface LogSync {
  /**
   * Resolves when everything that was committed before the call is on the disk. Those who call while a flush runs share the
   * next. Rejects with the error of the disk.
   */
  flush(): Promise<void>
  /** Resolves (never rejects) when what is committed now has been flushed, or could not be; `undefined` when nothing waits. */
  settled(): Promise<void> | undefined
  close(): Promise<void>
}

/** `path`: the log itself. It is there when this is called, and stays the same file for as long as a connection is open. */
export function logSync(path: string, flushFile: (file: number) => Promise<void> = flush): LogSync {
  // Writable, since some systems flush nothing else.
  const file = openSync(path, 'r+')
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined

  const start = (): Promise<void> => {
    const mine = flushFile(file).finally(() => {
      if (running === mine) running = undefined
    })
    running = mine
    return mine
  }
  const startNext = () => {
    next = undefined
    return start()
  }
  return {
    flush: () => {
      if (running === undefined) return start()
      next ??= running.then(startNext, startNext)
      return next
    },
    settled: () => (next ?? running)?.catch(() => {}),
    close: () => closeFile(file),
  }
}
