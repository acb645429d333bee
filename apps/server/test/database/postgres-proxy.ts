import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { temporaryFolder } from './engines.ts'

/** What to do when a client sends some octets. Either way the client never hears an answer. */
type Cut = 'before the server gets it' | 'after the server got it'

/** A socket between Chancery and its PostgreSQL that can break in the worst moment, and come back. */
export interface PostgresProxy {
  readonly url: string
  /** The next COMMIT that comes by. */
  cutAtCommit(when: Cut): void
  /** The next message with these octets (ASCII). */
  cutAt(octets: string, when: Cut): void
  down(): Promise<void>
  up(): Promise<void>
  /** Nothing gets through, and nobody hears of it: a network that swallows. */
  hold(): void
  letGo(): void
}

export async function proxyTo(t: TestContext, url: string): Promise<PostgresProxy> {
  const folder = temporaryFolder(t)
  const upstream = join(decodeURIComponent(/host=([^&]+)/.exec(url)?.[1] ?? ''), '.s.PGSQL.5432')
  const sockets = new Set<Socket>()
  const upstreams = new Set<Socket>()
  let isHeld = false
  let cut: { readonly octets: string; readonly when: Cut } | undefined

  const serve = (client: Socket) => {
    const server = connect(upstream)
    sockets.add(client)
    upstreams.add(server)
    client.on('data', async (bytes) => {
      if (cut === undefined || !bytes.includes(cut.octets)) return void server.write(bytes)
      const { when } = cut
      cut = undefined
      server.unpipe(client)
      if (when === 'after the server got it') {
        const answered = once(server, 'data')
        server.write(bytes)
        // Nobody reads it any more, and it stands still.
        server.resume()
        await answered
      }
      client.destroy()
    })
    server.pipe(client)
    if (isHeld) for (const socket of [client, server]) socket.pause()
    const end = () => {
      sockets.delete(client)
      upstreams.delete(server)
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) socket.on('error', end).on('close', end)
  }

  let listener: Server | undefined
  const up = async () => {
    listener = createServer(serve).listen(join(folder, '.s.PGSQL.5432'))
    await once(listener, 'listening')
  }
  const down = async () => {
    if (listener === undefined) return
    const closed = once(listener, 'close')
    listener.close()
    for (const socket of sockets) socket.destroy()
    await closed
    listener = undefined
  }
  t.after(down)
  await up()
  return {
    url: url.replace(/host=[^&]+/, `host=${encodeURIComponent(folder)}`),
    cutAtCommit: (when) => {
      cut = { octets: 'COMMIT\0', when }
    },
    cutAt: (octets, when) => {
      cut = { octets, when }
    },
    down,
    up,
    hold: () => {
      isHeld = true
      for (const socket of [...sockets, ...upstreams]) socket.pause()
    },
    letGo: () => {
      isHeld = false
      for (const socket of [...sockets, ...upstreams]) socket.resume()
    },
  }
}
