import { spawnSync } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { basename } from 'node:path'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import { median } from './median.ts'

/** How a server is asked: each connection sends its next request when the answer to its last has come. */
export interface Load {
  readonly host: string
  readonly port: number
  /** Whole HTTP/1.1 requests; each connection takes the next in turn. */
  readonly requests: readonly Uint8Array[]
  readonly connections: number
  /** Of each of `ROUNDS` rounds. */
  readonly seconds: number
  readonly warmUpSeconds: number
}

/** What came of it. Latencies in milliseconds, of all rounds together. */
export interface LoadResult {
  /** In the middle one of the rounds: a machine is shared with others, and slow now and then. */
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  /** Answers with another status than 2xx. */
  readonly failures: number
}

const ROUNDS = 3
/** Octets of an answer at the most, head and body. */
const LARGEST = 64 * 1024
const HEAD_END = Buffer.from('\r\n\r\n')
/** As the servers that are measured write it. */
const CONTENT_LENGTH = Buffer.from('\r\ncontent-length: ')
const CR = 0x0d
const ZERO = 0x30

/** Puts load on a server from a thread of its own. The same client measures the bare limit and the server. */
export function putLoad(load: Load): Promise<LoadResult> {
  const worker = new Worker(new URL(import.meta.url), { workerData: load })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

if (parentPort !== null) {
  yieldToServers()
  parentPort.postMessage(await run(workerData as Load))
}

/**
 * What comes for this thread does not take the processor from what runs there (batch scheduling, sched(7)): it waits until that sleeps
 * or has had its time. A client on a machine of its own would not interrupt the server at each of its answers either.
 */
function yieldToServers(): void {
  if (process.platform !== 'linux') return
  const { status, error } = spawnSync('chrt', ['--batch', '--pid', '0', basename(readlinkSync('/proc/thread-self'))])
  if (status !== 0)
    process.emitWarning(`no batch scheduling, the load client interrupts what it measures: ${error ?? status}`)
}

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
  const rates: number[] = []
  counting = true
  for (let round = 0; round < ROUNDS; round++) {
    const [from, before] = [performance.now(), latencies.length]
    await sleep(seconds)
    rates.push(((latencies.length - before) * 1000) / (performance.now() - from))
  }
  counting = false
  for (const socket of sockets) socket.destroy()
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN
  return { perSecond: median(rates), p50: at(0.5), p99: at(0.99), failures }
}

/**
 * Calls back for each answer with its status. Answers have a Content-Length, as all of those that are measured do. They are read past the
 * streams of Node, into the same octets again and again: what the client spends, the server does not get.
 */
function open(host: string, port: number, then: (status: number) => void): Promise<Socket> {
  const buffer = Buffer.alloc(LARGEST)
  /** What came of an answer whose rest is still to come. */
  let held = Buffer.alloc(0)
  const callback = (count: number): boolean => {
    const came = buffer.subarray(0, count)
    const answer = held.length === 0 ? came : Buffer.concat([held, came])
    const length = lengthOf(answer)
    if (length === undefined || answer.length < length) {
      held = Buffer.from(answer)
    } else {
      held = Buffer.alloc(0)
      then(statusOf(answer))
    }
    return true
  }
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true, onread: { buffer, callback } }, () => resolve(socket))
    socket.once('error', reject)
  })
}

/** Octets of an answer, head and body; `undefined` when more of its head is to come. */
function lengthOf(answer: Buffer): number | undefined {
  const headEnd = answer.indexOf(HEAD_END)
  if (headEnd === -1) return undefined
  let at = answer.indexOf(CONTENT_LENGTH)
  if (at === -1 || at > headEnd) throw new Error('an answer without Content-Length cannot be measured')
  let length = 0
  for (at += CONTENT_LENGTH.length; answer[at] !== CR; at++) length = length * 10 + (answer[at] ?? ZERO) - ZERO
  return headEnd + HEAD_END.length + length
}

/** From `HTTP/1.1 200`. */
function statusOf(answer: Buffer): number {
  return ((answer[9] ?? ZERO) - ZERO) * 100 + ((answer[10] ?? ZERO) - ZERO) * 10 + (answer[11] ?? ZERO) - ZERO
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
