import { createServer, type Server } from 'node:https'
import type { Socket } from 'node:net'
import type { SecureContextOptions } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import type { Config } from './config.ts'
import { answerClientError } from './error-answers.ts'
import type { Limits } from './limits.ts'
import type { ListenAddress } from './settings.ts'
import type { TlsIdentity } from './tls-identity.ts'

/** The plain listener and, where the configuration has one, the https listener of one application. */
export interface Listeners {
  /** Rejects with a message that names the variable when an address cannot be listened on. */
  listen(): Promise<void>
  /** Takes no new connection, lets requests in flight finish and work whose client has gone, at most `stopTimeout`. */
  stop(): Promise<void>
  /** From the next handshake on the https listener has this certificate; connections that are open stay as they are. */
  useIdentity(identity: TlsIdentity): void
}

/** Makes the listeners. `identity` is needed to listen where the configuration has an https listener. */
export function createListeners(
  app: FastifyInstance,
  {
    config,
    limits,
    identity,
    idle,
  }: {
    readonly config: Config
    readonly limits: Limits
    readonly identity?: TlsIdentity
    /** Resolves when no work on a request is under way any more. */
    readonly idle: () => Promise<void>
  },
): Listeners {
  const { http, https } = config
  const secure = https && identity && createSecureServer(app, limits, identity)
  for (const server of [app.server, secure?.server]) {
    if (server === undefined) continue
    server.maxConnections = limits.connections
    server.maxHeadersCount = limits.headerCount
  }
  app.addHook('preClose', async () => {
    app.server.once('close', sweepIdleConnections(app.server))
  })
  return {
    listen: async () => {
      if (https !== undefined && secure === undefined) throw new TypeError('an https listener needs a certificate')
      await naming('CHANCERY_HTTP', http, () => app.listen({ ...http }))
      if (https === undefined || secure === undefined) return
      try {
        await naming('CHANCERY_HTTPS', https, () => secure.listen(https))
      } catch (error) {
        await app.close()
        throw error
      }
    },
    stop: async () => {
      const { promise: tooLate, resolve } = Promise.withResolvers<void>()
      const deadline = setTimeout(() => {
        app.server.closeAllConnections()
        secure?.server.closeAllConnections()
        resolve()
      }, limits.stopTimeout)
      try {
        await Promise.all([app.close(), secure?.stop()])
        await Promise.race([idle(), tooLate])
      } finally {
        clearTimeout(deadline)
      }
    },
    useIdentity: (identity) => secure?.server.setSecureContext(secureContextOf(identity)),
  }
}

interface SecureServer {
  readonly server: Server
  listen(address: ListenAddress): Promise<void>
  stop(): Promise<void>
}

/** An https server with the bounds of the plain one. */
function createSecureServer(app: FastifyInstance, limits: Limits, identity: TlsIdentity): SecureServer {
  const server = createServer(
    {
      ...secureContextOf(identity),
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: limits.headersTimeout,
      maxHeaderSize: limits.headers,
      headersTimeout: limits.headersTimeout,
      requestTimeout: limits.requestTimeout,
      keepAliveTimeout: limits.keepAliveTimeout,
      connectionsCheckingInterval: limits.timeoutCheckInterval,
    },
    app.routing,
  )
  server.setTimeout(limits.socketTimeout)
  server.on('clientError', answerClientError)
  const handshakes = openHandshakes(server)
  return {
    server,
    listen: async ({ host, port }) => {
      await app.ready()
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      server.once('error', reject).listen({ host, port }, resolve)
      await promise
      server.off('error', reject)
    },
    stop: async () => {
      if (!server.listening) return
      const { promise, resolve } = Promise.withResolvers<void>()
      server.close(() => resolve())
      for (const socket of handshakes) socket.destroy()
      await promise.finally(sweepIdleConnections(server))
    },
  }
}

/** TLS 1.3, and 1.2 with ephemeral keys and authenticated encryption (RFC 9325 §4.2.1). */
function secureContextOf({ certificate, key }: TlsIdentity): SecureContextOptions {
  return { cert: certificate, key, minVersion: 'TLSv1.2', ciphers: CIPHERS }
}
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

/** Connections that are not secure yet. The server counts them as open, and no request tells whether they are idle. */
function openHandshakes(server: Server): Iterable<Socket> {
  const open = new Map<string, Socket>()
  const nameOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`
  server.on('connection', (socket: Socket) => {
    const name = nameOf(socket)
    open.set(name, socket)
    socket.once('close', () => {
      if (open.get(name) === socket) open.delete(name)
    })
  })
  server.on('secureConnection', (socket) => open.delete(nameOf(socket)))
  return { [Symbol.iterator]: () => open.values() }
}

/**
 * A kept connection would hold the stop for a minute; closing all of them would lose the requests in flight. Gives what ends the sweep.
 */
function sweepIdleConnections(server: Pick<Server, 'closeIdleConnections'>): () => void {
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  return () => clearInterval(sweep)
}

async function naming(variable: string, { host, port }: ListenAddress, listen: () => Promise<unknown>): Promise<void> {
  try {
    await listen()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const where = `${host}:${port}`
    if (code === 'EADDRINUSE')
      throw new ListenError(`${where} is taken by another program. Set ${variable} to another port.`)
    if (code === 'EACCES')
      throw new ListenError(`Listening on ${where} is not permitted. Set ${variable} to a port above 1023.`)
    if (code === 'EADDRNOTAVAIL')
      throw new ListenError(`This machine has no address ${host}. Set ${variable} to one it has.`)
    throw error
  }
}

/** An address of the configuration cannot be listened on. */
class ListenError extends Error {
  override readonly name = 'ListenError'
}
