import { METHODS } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { HttpProblem } from './problem.ts'

/**
 * Lets the router know whatever method Node reads, so that each is answered by `refuseOtherMethods` where there is something: to Fastify a
 * method that it was not told of has no addresses at all. Of CONNECT no request is made: Node ends its connection.
 */
export function knowEveryMethod(app: FastifyInstance): void {
  for (const method of METHODS)
    if (method !== 'CONNECT' && !app.supportedMethods.includes(method)) app.addHttpMethod(method)
}

/** Answers the methods that the paths of a scope do not take: OPTIONS with what there is, others with 405 (RFC 9110 §15.5.6). */
export function refuseOtherMethods(
  scope: FastifyInstance,
  routes: readonly { readonly path: string; readonly methods: readonly string[] }[],
): void {
  const taken = Map.groupBy(routes, ({ path }) => path)
  for (const [path, rows] of taken) {
    const methods = rows.flatMap((row) => row.methods)
    const allowed = [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])].sort()
    const allow = allowed.join(', ')
    scope.route({
      method: scope.supportedMethods.filter((method) => method === 'OPTIONS' || !allowed.includes(method)),
      url: path,
      config: { otherMethods: true },
      // Before a body is read.
      onRequest: async (request, reply) => {
        if (request.method === 'OPTIONS') return reply.code(204).header('allow', allow).send()
        throw new HttpProblem('method-not-allowed', `${request.method} is not for this address. It takes ${allow}.`, {
          headers: { allow },
        })
      },
      handler: async () => undefined,
    })
  }
}
