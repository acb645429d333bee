import { LIMITS } from './limits.ts'
import type { Log } from './log.ts'
import type { PublicAnswer, PublicRoute } from './public-routes.ts'

/** What has to work for the server to answer: each settles when it does, and rejects when not. */
export type ReadinessParts = Readonly<Record<string, () => Promise<void>>>

export interface HealthOptions {
  readonly parts: ReadinessParts
  readonly isStopping: () => boolean
  readonly now: () => number
  readonly log: Log
}

/** How long a verdict is given again without looking: anybody may ask, and asking must not cost. */
const FRESH_MS = 500

/**
 * `/healthz`: the process lives. `/readyz`: it can do its work; else 503 with the names of the parts that fail and nothing from
 * inside. Both answer to every Host on every listener: probes know only an address.
 */
export function healthRoutes(options: HealthOptions, readiness = readinessOf(options)): readonly PublicRoute[] {
  return [
    {
      audience: 'relying-parties',
      methods: ['GET'],
      path: '/healthz',
      summary: 'Whether the process lives',
      handle: () => answer(200, { status: 'alive' }),
    },
    {
      audience: 'relying-parties',
      methods: ['GET'],
      path: '/readyz',
      summary: 'Whether the server can do its work',
      handle: async () => {
        if (options.isStopping()) return answer(503, { status: 'stopping' })
        const parts = await readiness()
        const isReady = Object.values(parts).every((state) => state === 'ready')
        return answer(isReady ? 200 : 503, { status: isReady ? 'ready' : 'not-ready', parts })
      },
    },
  ]
}

/** Parts by name, as the last look found them. */
type PartStates = Readonly<Record<string, 'ready' | 'failing'>>

/** One look at a time, shared by all who ask meanwhile and shortly after. */
export function readinessOf({ parts, now, log }: Omit<HealthOptions, 'isStopping'>): () => Promise<PartStates> {
  let looking: Promise<PartStates> | undefined
  let lookedAt = Number.NEGATIVE_INFINITY
  let before: PartStates = {}
  return () => {
    if (looking !== undefined && now() - lookedAt < FRESH_MS) return looking
    lookedAt = now()
    looking = lookAt(parts, log, (name) => before[name] === 'failing').then((states) => {
      before = states
      return states
    })
    return looking
  }
}

async function lookAt(parts: ReadinessParts, log: Log, wasFailing: (name: string) => boolean): Promise<PartStates> {
  const states = Object.entries(parts).map(async ([name, check]): Promise<[string, 'ready' | 'failing']> => {
    try {
      await within(LIMITS.readinessTimeout, check())
      if (wasFailing(name)) log.info('a part is ready again', { part: name })
      return [name, 'ready']
    } catch (error) {
      if (!wasFailing(name)) log.error('a part is not ready', { part: name, error })
      return [name, 'failing']
    }
  })
  return Object.fromEntries(await Promise.all(states))
}

async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds)
  try {
    await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}

function answer(status: number, body: object): PublicAnswer {
  return {
    status,
    mediaType: 'application/json; charset=utf-8',
    headers: { 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  }
}
