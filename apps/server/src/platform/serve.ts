import type { HttpServer } from './http-server.ts'
import { LIMITS } from './limits.ts'
import type { Log } from './log.ts'

/** The part of `process` that a running server needs. */
export interface ServedProcess {
  on(event: 'SIGTERM' | 'SIGINT', listener: () => void): unknown
  off(event: 'SIGTERM' | 'SIGINT', listener: () => void): unknown
  exit(code: number): never
}

export interface Serving {
  readonly http: HttpServer
  readonly log: Log
  /** Ends, in this order, what requests no longer need: sweeps, the control socket, stores. */
  close(): Promise<void>
  /** Prints the last line of the start, once requests are answered. */
  announce(): void
  readonly process: ServedProcess
  /** Resolves, with why, when only another process can go on. */
  readonly broken?: Promise<Error>
}

/** Exit code of a process that is to be started anew. */
const BROKEN = 1

/**
 * Listens, announces, and stays until SIGTERM or SIGINT: then `/readyz` says so, nobody new is let in, requests in flight finish
 * (at most `LIMITS.stopTimeout`), and the rest is closed. A second signal ends the process at once: nothing is lost by that
 * either, because what was answered is on the disk. When something broke that only another process can mend, it stops by itself and
 * ends the process with exit code 1, leaving what is open as it is: whoever supervises it starts it anew.
 */
export async function serve({ http, log, close, announce, process, broken }: Serving): Promise<void> {
  const failed = failure(broken, log)
  const stopped = untilSignal(process, log)
  try {
    await http.listen()
  } catch (error) {
    stopped.forget()
    await close()
    throw error
  }
  announce()
  await Promise.race([stopped.signal, failed.signal])
  log.info('stopping', { waitsAtMostMs: LIMITS.stopTimeout })
  try {
    await http.stop()
  } finally {
    if (!failed.isThere()) await close()
    stopped.forget()
  }
  log.info('stopped')
  if (failed.isThere()) process.exit(BROKEN)
}

/** Says what broke, as soon as it does. */
function failure(
  broken: Promise<Error> | undefined,
  log: Log,
): { readonly signal: Promise<void>; readonly isThere: () => boolean } {
  const { promise, resolve } = Promise.withResolvers<void>()
  let isThere = false
  broken?.then((error) => {
    log.error('this process cannot go on and ends, to be started anew; what was answered is stored', { error })
    isThere = true
    resolve()
  })
  return { signal: promise, isThere: () => isThere }
}

function untilSignal(
  process: ServedProcess,
  log: Log,
): { readonly signal: Promise<void>; readonly forget: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  let isStopping = false
  const onSignal = (exitCode: number) => (): void => {
    if (isStopping) {
      log.warn('stopped at once by a second signal')
      process.exit(exitCode)
    }
    isStopping = true
    resolve()
  }
  const listeners = { SIGINT: onSignal(130), SIGTERM: onSignal(143) }
  process.on('SIGINT', listeners.SIGINT)
  process.on('SIGTERM', listeners.SIGTERM)
  return {
    signal: promise,
    forget: () => {
      process.off('SIGINT', listeners.SIGINT)
      process.off('SIGTERM', listeners.SIGTERM)
    },
  }
}
