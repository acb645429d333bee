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

/** Octets of an answer at the most, head and body. */
const LARGEST = 64 * 1024

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
  const converse = async (): Promise<Socket> => {
    let sentAt = 0
    const send = () => {
      sentAt = performance.now()
      socket.write(requests[next++ % requests.length] ?? new Uint8Array())
    }
    const socket = await open(host, port, (status) => {
      if (counting) {
        latencies.push(performance.now() - sentAt)
        if (status < 200 || status > 299) failures++
      }
      send()
    })
    send()
    return socket
  }
  const sockets = await Promise.all(Array.from({ length: connections }, converse))
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

/**
 * Calls back for each answer with its status. Answers have a Content-Length, as all of those that are measured do. They are read past the
 * streams of Node, into the same octets again and again: what the client spends, the server does not get.
 */
function open(host: string, port: number, then: (status: number) => void): Promise<Socket> {
  const held = Buffer.alloc(LARGEST)
  let length = 0
  const callback = (count: number, part: Uint8Array): boolean => {
    held.set(part.subarray(0, count), length)
    length += count
    const status = statusOfWhole(held.subarray(0, length))
    if (status === undefined) return true
    length = 0
    then(status)
    return true
  }
  return new Promise((resolve, reject) => {
    const onread = { buffer: Buffer.alloc(LARGEST), callback }
    const socket = connect({ host, port, noDelay: true, onread }, () => resolve(socket))
    socket.once('error', reject)
  })
}

/** `undefined`: more of it is to come. */
function statusOfWhole(answer: Buffer): number | undefined {
  const headEnd = answer.indexOf('\r\n\r\n')
  if (headEnd === -1) return undefined
  const head = answer.toString('latin1', 0, headEnd + 2)
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
  return answer.length < headEnd + 4 + length ? undefined : Number(head.slice(9, 12))
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
