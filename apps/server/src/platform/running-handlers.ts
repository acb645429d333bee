import type { FastifyInstance, onRequestHookHandler, RouteHandlerMethod } from 'fastify'

/** The work on requests that is under way, whether or not somebody still waits for its answer. */
export interface RunningHandlers {
  /** Resolves when nothing runs any more; call it when no request can come any more. */
  idle(): Promise<void>
}

/**
 * Counts what works on requests of all routes that are mounted from now on: `onRequest` of the route, which lets in
 * or answers at once, and its handler. A connection that is gone takes its request from the server's books, but not from our hands: the work goes on, with the
 * database under it.
 */
export function runningHandlers(app: FastifyInstance): RunningHandlers {
  let running = 0
  let whenIdle = Promise.withResolvers<void>()
  const left = (): void => {
    running -= 1
    if (running > 0) return
    whenIdle.resolve()
    whenIdle = Promise.withResolvers()
  }
  const counted = <T>(result: T): T => {
    if (!(result instanceof Promise)) return result
    running += 1
    result.then(left, left)
    return result
  }

  app.addHook('onRoute', (route) => {
    const { handler, onRequest } = route
    route.handler = function (...call: Parameters<RouteHandlerMethod>) {
      return counted(handler.apply(this, call))
    }
    if (typeof onRequest !== 'function') return
    route.onRequest = function (...call: Parameters<onRequestHookHandler>) {
      return counted(onRequest.apply(this, call))
    }
  })
  return {
    async idle() {
      // A request that was let in is about to come to its handler: that takes a turn.
      for (let quiet = 0; quiet < TURNS; quiet++) {
        if (running > 0) {
          await whenIdle.promise
          quiet = 0
        }
        await new Promise(setImmediate)
      }
    },
  }
}

/** From one step of a request to its next, at the most. */
const TURNS = 3
