import { connect } from 'node:net'

/** An answer as it came. */
export interface Answer {
  readonly status: number
  readonly body: string
  /** A header, by its name in lower case; empty when it is not there. */
  header(name: string): string
}

/** A connection that is kept, for one request after the other: a client that costs next to nothing beside what it measures. */
export interface Connection {
  ask(method: string, path: string, host: string, body?: string): Promise<Answer>
  close(): void
}

export async function openConnection(host: string, port: number): Promise<Connection> {
  const socket = connect(port, host).setNoDelay()
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  let received: Buffer = Buffer.alloc(0)
  let waiting: PromiseWithResolvers<Answer> | undefined
  const fail = (error: Error) => waiting?.reject(error)
  socket.on('error', fail).on('close', () => fail(new Error('the server closed the connection')))
  socket.on('data', (part: Buffer) => {
    received = received.length === 0 ? part : Buffer.concat([received, part])
    const end = received.indexOf('\r\n\r\n')
    if (end === -1) return
    const head = received.toString('latin1', 0, end + 2)
    const length = Number(headerIn(head, 'content-length') || 0)
    if (received.length < end + 4 + length) return
    const answer = answerOf(head, received.toString('utf8', end + 4, end + 4 + length))
    received = received.subarray(end + 4 + length)
    const asked = waiting
    waiting = undefined
    asked?.resolve(answer)
  })
  return {
    ask: (method, path, named, body) => {
      waiting = Promise.withResolvers<Answer>()
      const more =
        body === undefined
          ? ''
          : `Content-Type: application/jose+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`
      socket.write(`${method} ${path} HTTP/1.1\r\nHost: ${named}\r\n${more}\r\n${body ?? ''}`)
      return waiting.promise
    },
    close: () => void socket.destroy(),
  }
}

function answerOf(head: string, body: string): Answer {
  return { status: Number(head.slice(9, 12)), body, header: (name) => headerIn(head, name) }
}

function headerIn(head: string, name: string): string {
  return new RegExp(`\\r\\n${name}: *([^\\r\\n]*)`, 'i').exec(head)?.[1] ?? ''
}
