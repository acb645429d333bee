import { METHODS } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import router from 'find-my-way'
import { HttpProblem } from './problem.ts'

/** The methods of a path that has some. */
export interface TakenMethods {
  readonly path: string
  readonly methods: readonly string[]
}

/** Answers the methods that a path does not take: OPTIONS with what there is, others with 405 (RFC 9110 §15.5.6). */
export interface OtherMethods {
  /** Has them answered at these paths of a scope. */
  refuse(scope: FastifyInstance, paths: readonly TakenMethods[]): void
  /** The path at which a request came to nothing by a method that is none of `Fastify`'s, and what to say of it. */
  rareAt(request: FastifyRequest): { readonly path: string; readonly problem: HttpProblem } | undefined
}

/**
 * Fastify's own methods get routes, with the hooks of their scope. Of the others, which Node reads and nobody takes, there are three times
 * as many, and a tree of routes for each would be a quarter of a start: Fastify finds nothing there, and one tree of ours knows better.
 */
export function otherMethods(
  app: FastifyInstance,
  { maxParamLength }: { readonly maxParamLength: number },
): OtherMethods {
  const usual = app.supportedMethods
  // Without a name for it Fastify would ask what to do with its body.
  for (const method of METHODS) if (method !== 'CONNECT' && !usual.includes(method)) app.addHttpMethod(method)
  const tree = router({ maxParamLength })
  return {
    refuse(scope, paths) {
      for (const [path, rows] of Map.groupBy(paths, (one) => one.path)) {
        const methods = rows.flatMap((row) => row.methods)
        const allowed = [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])].sort()
        const others = usual.filter((method) => method === 'OPTIONS' || !allowed.includes(method))
        const allow = allowed.join(', ')
        refuseAt(scope, { path, others, allow })
        tree.on('GET', path, () => {}, { path, allow })
      }
    },
    rareAt({ method, url }) {
      if (usual.includes(method)) return undefined
      const found: { readonly path: string; readonly allow: string } | undefined = tree.find('GET', url)?.store
      return found && { path: found.path, problem: notAllowed(method, found.allow) }
    },
  }
}

function refuseAt(
  scope: FastifyInstance,
  { path, others, allow }: { readonly path: string; readonly others: string[]; readonly allow: string },
): void {
  scope.route({
    method: others,
    url: path,
    config: { otherMethods: true },
    // Before a body is read.
    onRequest: async (request, reply) => {
      if (request.method === 'OPTIONS') return reply.code(204).header('allow', allow).send()
      throw notAllowed(request.method, allow)
    },
    handler: async () => undefined,
  })
}

function notAllowed(method: string, allow: string): HttpProblem {
  return new HttpProblem('method-not-allowed', `${method} is not for this address. It takes ${allow}.`, {
    headers: { allow },
  })
}
