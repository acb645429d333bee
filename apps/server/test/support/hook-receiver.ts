import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'

/** A request as a receiver of webhooks got it. */
export interface ReceivedHook {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** How a receiver answers: a status, perhaps with headers; `hang` never answers. */
export type Mood = { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | 'hang'

/** A real HTTP server on loopback that receives webhooks, and answers by path as it is told. */
export interface HookReceiver {
  readonly port: number
  readonly received: readonly ReceivedHook[]
  /** By path; 204 unless another is set. */
  readonly moods: Map<string, Mood>
  close(): Promise<void>
}

export async function startHookReceiver(): Promise<HookReceiver> {
  const received: ReceivedHook[] = []
  const moods = new Map<string, Mood>()
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const { method = '', url: path = '', headers } = request
    received.push({ method, path, headers, body: Buffer.concat(parts).toString('utf8') })
    const mood = moods.get(path) ?? { status: 204 }
    if (mood !== 'hang') response.writeHead(mood.status, mood.headers).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    received,
    moods,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
