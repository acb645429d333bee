import { constants } from 'node:crypto'
import { once } from 'node:events'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { type ConnectionOptions, connect as connectTls, DEFAULT_CIPHERS, type TLSSocket } from 'node:tls'
import type { ResolvedAddress } from './outbound-rules.ts'

/**
 * All ciphers of Node but those of Diffie-Hellman over a group of the other side's making: in one of 8192 bits each handshake takes half a
 * second of the processor, in which nothing else is done.
 */
const CIPHERS = `${DEFAULT_CIPHERS}:!DHE`

/**
 * Octets that come before a handshake is over. Chains of web servers have less than 10,000, two certificates of SLH-DSA-128f and what is
 * signed with such a key 52,000; of a hundred kilobytes, which OpenSSL would take, it would check a hundred signatures, whether anybody
 * asked for that or not.
 */
const MOST_OCTETS = 65_536

/** A connection to the first of these addresses that answers, and to no other. Rejects as the socket fails, or as the signal says. */
export async function connected(
  addresses: readonly ResolvedAddress[],
  port: number,
  signal: AbortSignal,
): Promise<Socket> {
  const socket = connectTcp({
    host: 'judged.invalid',
    port,
    signal,
    autoSelectFamily: true,
    lookup: (_host, { all }, done) => {
      const [first] = addresses
      if (all === true) done(null, [...addresses])
      else done(null, first?.address ?? '', first?.family)
    },
  })
  await once(socket, 'connect')
  // Whoever uses it hears of whatever fails from now on by its end.
  return socket.on('error', () => {})
}

/**
 * TLS on a connection, with whom a stranger named: what the handshake may cost is bounded. `host` is whom it asks for, and whose
 * certificate it wants unless `rejectUnauthorized` is false. Whoever closes it closes the connection.
 */
export function outboundTls(
  socket: Socket,
  host: string,
  options: Pick<ConnectionOptions, 'ALPNProtocols' | 'minVersion' | 'rejectUnauthorized'>,
): TLSSocket {
  const metered = new Metered(socket)
  const secure = connectTls({
    ...options,
    socket: metered,
    host,
    ciphers: CIPHERS,
    // In TLS 1.2 the other side could have another handshake as often as it likes, each with another chain.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    ...(isIP(host) === 0 && { servername: host }),
  })
  secure.once('secureConnect', () => metered.lift())
  return secure
}

/** A connection that ends when more comes than may, until that is lifted. */
class Metered extends Duplex {
  readonly #socket: Socket
  #left = MOST_OCTETS

  constructor(socket: Socket) {
    super()
    this.#socket = socket
    socket.on('data', (data: Buffer) => {
      this.#left -= data.length
      if (this.#left < 0) this.destroy(tooLong())
      else if (!this.push(data)) socket.pause()
    })
    socket.once('end', () => this.push(null))
    socket.once('error', (error) => this.destroy(error))
    socket.once('close', () => this.destroy())
  }

  lift(): void {
    this.#left = Number.POSITIVE_INFINITY
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(data: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(data, done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done())
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy()
    done(error)
  }
}

/** Told as what the system fails with is told: by its code. */
function tooLong(): Error {
  const message = `more than ${MOST_OCTETS} octets came before the TLS handshake was over`
  return Object.assign(new Error(message), { code: 'ERR_TLS_HANDSHAKE_TOO_LONG' })
}
