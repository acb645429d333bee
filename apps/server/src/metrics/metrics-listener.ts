import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Registry } from 'prom-client'
import type { ListenAddress } from '../platform/settings.ts'

/** Metrics for who asks. They name no tenant and hold no secret, and still they are for the operator alone: hence an address of their own. */
export interface MetricsListener {
  /** Where it listens. */
  readonly port: number
  close(): Promise<void>
}

/** The address for metrics cannot be listened on. */
export class MetricsListenError extends Error {
  override readonly name = 'MetricsListenError'
}

/**
 * Listens for `GET /metrics`, in Prometheus' text format. `refresh` is awaited before each answer. Throws `MetricsListenError`.
 */
export async function openMetricsListener(
  { host, port }: ListenAddress,
  registry: Registry,
  refresh: () => Promise<void>,
): Promise<MetricsListener> {
  const server = createServer((request, response) => {
    answer(request, response, registry, refresh).catch(() => response.destroy())
  })
  server.maxConnections = 16
  server.requestTimeout = 5_000
  server.headersTimeout = 5_000
  server.keepAliveTimeout = 5_000
  await listening(server, host, port)
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: async () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      server.close(() => resolve())
      server.closeAllConnections()
      await promise
    },
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  registry: Registry,
  refresh: () => Promise<void>,
): Promise<void> {
  if (request.url?.split('?')[0] !== '/metrics') return plain(response, 404, 'Metrics are at /metrics.\n')
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return plain(response, 405, 'GET only.\n', { allow: 'GET' })
  await refresh()
  plain(response, 200, await registry.metrics(), { 'content-type': registry.contentType })
}

function plain(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  })
  response.end(text)
}

async function listening(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, host, resolve)
  try {
    await promise
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'for another reason'
    throw new MetricsListenError(
      `${host}:${port} cannot be listened on (${code}): set CHANCERY_METRICS to another address, or to off.`,
      { cause },
    )
  } finally {
    server.off('error', reject)
  }
}
