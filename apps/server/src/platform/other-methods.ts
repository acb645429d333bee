import type { FastifyInstance } from 'fastify'
import { HttpProblem } from './problem.ts'

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
