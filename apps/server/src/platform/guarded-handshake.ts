import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { checkedAddresses, checkPort, OutboundError, type OutboundRules } from './outbound-rules.ts'
import { connected, outboundTls } from './outbound-tls.ts'

/** A handshake to be made: nothing is said after it. */
export interface HandshakeWish {
  /** A host name or address, which is looked up and judged. */
  readonly host: string
  readonly port: number
  /** What the handshake asks for: server_name (RFC 6066 §3) and the one protocol of ALPN (RFC 7301). */
  readonly serverName: string
  readonly protocol: string
  /** From the look-up to the end of the handshake. */
  readonly timeoutMs: number
}

/** What the other side showed. Nothing of it was judged. */
export interface HandshakeAnswer {
  readonly address: string
  /** The protocol that was agreed on. */
  readonly protocol?: string
  /** DER. */
  readonly certificate?: Uint8Array
  readonly tookMs: number
}

/** Makes a TLS handshake with an address that a stranger named. Throws `OutboundError` and nothing else. */
export type GuardedHandshake = (wish: HandshakeWish) => Promise<HandshakeAnswer>

/** Handshakes under the rules of outbound requests: the address that was judged is the one connected to. TLS 1.2 and up. */
export function guardedHandshake(rules: OutboundRules): GuardedHandshake {
  return async (wish) => {
    const { host, port, timeoutMs } = wish
    const deadline = AbortSignal.timeout(timeoutMs)
    const startedAt = performance.now()
    const url = `${host}:${port}`
    let reached: string | undefined
    let tried: readonly string[] | undefined
    try {
      checkPort(host, port, rules)
      const addresses = await checkedAddresses(host, port, rules, deadline)
      tried = addresses.map(({ address }) => address)
      const socket = await connected(addresses, port, deadline)
      reached = socket.remoteAddress
      const shown = await shaken(socket, wish, deadline)
      return { ...shown, tookMs: Math.round(performance.now() - startedAt) }
    } catch (error) {
      const tookMs = Math.round(performance.now() - startedAt)
      const hops = [{ url, tookMs, ...(reached !== undefined && { address: reached }), ...(tried && { tried }) }]
      if (error instanceof OutboundError) throw error.after(hops)
      const more = { cause: error, hops }
      const bound = `took more than ${timeoutMs} ms`
      if (deadline.aborted) throw new OutboundError('too-slow', `${url} ${bound}`, { ...more, told: `it ${bound}` })
      throw new OutboundError('unreachable', `${url} cannot be reached`, more)
    }
  }
}

type Shown = Omit<HandshakeAnswer, 'tookMs'>

function shaken(socket: Socket, wish: HandshakeWish, signal: AbortSignal): Promise<Shown> {
  const { promise, resolve, reject } = Promise.withResolvers<Shown>()
  const address = socket.remoteAddress ?? ''
  const secure = outboundTls(socket, wish.serverName, {
    ALPNProtocols: [wish.protocol],
    minVersion: 'TLSv1.2',
    rejectUnauthorized: false,
  })
  const stop = () => secure.destroy()
  signal.addEventListener('abort', stop, { once: true })
  secure.once('secureConnect', () => resolve(answerOf(secure, address)))
  secure.once('error', reject)
  secure.once('close', () => reject(new Error('the connection was closed during the handshake')))
  return promise.finally(() => {
    signal.removeEventListener('abort', stop)
    stop()
    socket.destroy()
  })
}

function answerOf(secure: TLSSocket, address: string): Shown {
  const certificate = secure.getPeerX509Certificate()?.raw
  const { alpnProtocol } = secure
  return {
    address,
    ...(typeof alpnProtocol === 'string' && { protocol: alpnProtocol }),
    ...(certificate !== undefined && { certificate: new Uint8Array(certificate) }),
  }
}
