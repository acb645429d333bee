import { connect, type Socket } from 'node:net'
import { parentPort, Worker, workerData } from 'node:worker_threads'

/** How a server is asked: each connection sends its next request when the answer to its last has come. */
export interface Load {
  readonly host: string
  readonly port: number
  /** Whole HTTP/1.1 requests; each connection takes the next in turn. */
  readonly requests: readonly Uint8Array[]
  readonly connections: number
  readonly seconds: number
  readonly warmUpSeconds: number
}

/** What came of it. Latencies in milliseconds. */
export interface LoadResult {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  /** Answers with another status than 2xx. */
  readonly failures: number
}

/** Puts load on a server from a thread of its own. The same client measures the bare limit and the server. */
export function putLoad(load: Load): Promise<LoadResult> {
  const worker = new Worker(new URL(import.meta.url), { workerData: load })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

if (parentPort !== null) parentPort.postMessage(await run(workerData as Load))

async function run({ host, port, requests, connections, seconds, warmUpSeconds }: Load): Promise<LoadResult> {
  const latencies: number[] = []
  let failures = 0
  let next = 0
  let counting = false
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(host, port)))
  for (const socket of sockets) {
    let sentAt = 0
    const send = () => {
      sentAt = performance.now()
      socket.write(requests[next++ % requests.length] ?? new Uint8Array())
    }
    onAnswer(socket, (status) => {
      if (counting) {
        latencies.push(performance.now() - sentAt)
        if (status < 200 || status > 299) failures++
      }
      send()
    })
    send()
  }
  await sleep(warmUpSeconds)
  counting = true
  const from = performance.now()
  await sleep(seconds)
  counting = false
  const took = (performance.now() - from) / 1000
  for (const socket of sockets) socket.destroy()
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN
  return { perSecond: latencies.length / took, p50: at(0.5), p99: at(0.99), failures }
}

function open(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true }, () => resolve(socket))
    socket.once('error', reject)
  })
}

/** Calls back for each answer with its status. Answers have a Content-Length, as all of those that are measured do. */
function onAnswer(socket: Socket, then: (status: number) => void): void {
  let held: Buffer = Buffer.alloc(0)
  socket.on('data', (data: Buffer) => {
    held = held.length === 0 ? data : Buffer.concat([held, data])
    const headEnd = held.indexOf('\r\n\r\n')
    if (headEnd === -1) return
    const head = held.toString('latin1', 0, headEnd + 2)
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    if (held.length < headEnd + 4 + length) return
    held = Buffer.alloc(0)
    then(Number(head.slice(9, 12)))
  })
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000))
}

/** A request as it goes over the wire. */
export function rawRequest(
  method: 'GET' | 'POST',
  path: string,
  {
    host,
    headers = {},
    body,
  }: {
    readonly host: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: Uint8Array | string
  },
): Uint8Array {
  const octets = Buffer.from(body ?? '')
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${host}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : [`Content-Length: ${octets.length}`]),
    '',
    '',
  ]
  return Buffer.concat([Buffer.from(lines.join('\r\n')), octets])
}
