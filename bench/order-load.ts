import assert from 'node:assert/strict'
import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import {
  algorithmIdentifier,
  assembleSigned,
  encodeCertificationRequestInfo,
  makeExtension,
  makeName,
  PublicKey,
  SubjectAltName,
} from '@chancery/x509'
import { type Answer, openConnection } from './raw-connection.ts'

/** Orders of ACME, one after the other by each of several accounts, each on a connection of its own. */
export interface OrderLoad {
  readonly directory: string
  /** The processes that serve the directory, at least one; the accounts are dealt out to them. */
  readonly connectTo: readonly { readonly host: string; readonly port: number }[]
  /** An external account binding for all of the accounts. */
  readonly kid: string
  readonly hmacKey: string
  /** The key of each account, PKCS#8 in PEM; who has none yet registers. */
  readonly keys: readonly string[]
  readonly seconds: number
  readonly warmUpSeconds: number
}

/** What came of it. Times of whole orders, newOrder to the downloaded certificate, in milliseconds. */
export interface OrderLoadResult {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly failures: number
}

/** Puts load on a server from a thread of its own. */
export function putOrders(load: OrderLoad): Promise<OrderLoadResult> {
  const worker = new Worker(new URL(import.meta.url), { workerData: load })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

if (parentPort !== null) parentPort.postMessage(await run(workerData as OrderLoad))

async function run(load: OrderLoad): Promise<OrderLoadResult> {
  const clients: Client[] = []
  for (const [at, key] of load.keys.entries()) clients.push(await register(load, key, at))
  const durations: number[] = []
  let failures = 0
  const from = performance.now() + load.warmUpSeconds * 1000
  const end = from + load.seconds * 1000
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() < end) {
        const begun = performance.now()
        const isDone = await wholeOrder(client)
        const done = performance.now()
        if (done < from || done >= end) continue
        if (isDone) durations.push(done - begun)
        else failures++
      }
    }),
  )
  for (const { close } of clients) close()
  const sorted = durations.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { perSecond: durations.length / load.seconds, p50: at(0.5), p99: at(0.99), failures }
}

interface Client {
  readonly host: string
  readonly newOrder: string
  readonly csr: string
  post(url: string, payload: object | undefined): Promise<Answer>
  close(): void
}

/** So many keys of accounts. */
export function newAccountKeys(count: number): readonly string[] {
  return Array.from({ length: count }, () =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  )
}

async function register(
  { directory, connectTo, kid, hmacKey }: OrderLoad,
  key: string,
  number: number,
): Promise<Client> {
  const { host, pathname } = new URL(directory)
  const to = connectTo[number % connectTo.length] ?? assert.fail()
  const connection = await openConnection(to.host, to.port)
  const urls = JSON.parse((await connection.ask('GET', pathname, host)).body)
  const privateKey = createPrivateKey(key)
  const { crv, kty, x, y } = createPublicKey(privateKey).export({ format: 'jwk' })
  const jwk = { crv, kty, x, y }
  let nonce = (await connection.ask('GET', new URL(urls.newNonce).pathname, host)).header('replay-nonce')
  let account: string | undefined

  const post: Client['post'] = async (url, payload) => {
    const head = encode({ alg: 'ES256', nonce, url, ...(account === undefined ? { jwk } : { kid: account }) })
    const body = payload === undefined ? '' : encode(payload)
    const signature = sign('sha256', Buffer.from(`${head}.${body}`), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    const text = `{"protected":"${head}","payload":"${body}","signature":"${signature.toString('base64url')}"}`
    const answer = await connection.ask('POST', new URL(url).pathname, host, text)
    nonce = answer.header('replay-nonce')
    return answer
  }
  const bound = encode({ alg: 'HS256', kid, url: urls.newAccount })
  const boundKey = encode(jwk)
  const mac = createHmac('sha256', Buffer.from(hmacKey, 'base64url')).update(`${bound}.${boundKey}`)
  const externalAccountBinding = { protected: bound, payload: boundKey, signature: mac.digest('base64url') }
  const registered = await post(urls.newAccount, { termsOfServiceAgreed: true, externalAccountBinding })
  if (registered.status !== 201 && registered.status !== 200)
    throw new Error(`no account: ${registered.status} ${registered.body}`)
  account = registered.header('location')
  const name = `host${number}.bench.example`
  return { host: name, newOrder: urls.newOrder, csr: csrFor(name), post, close: connection.close }
}

async function wholeOrder({ host, newOrder, csr, post }: Client): Promise<boolean> {
  const order = await post(newOrder, { identifiers: [{ type: 'dns', value: host }] })
  if (order.status !== 201) return false
  const finalized = await post(JSON.parse(order.body).finalize, { csr })
  if (finalized.status !== 200) return false
  let { status, certificate } = JSON.parse(finalized.body)
  for (let looks = 0; status === 'processing' && looks < 100; looks++) {
    const look = await post(order.header('location'), undefined)
    ;({ status, certificate } = JSON.parse(look.body))
  }
  if (status !== 'valid') return false
  return (await post(certificate, undefined)).body.startsWith('-----BEGIN CERTIFICATE-----')
}

function csrFor(host: string): string {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const info = encodeCertificationRequestInfo({
    subject: makeName([]),
    publicKey: PublicKey.decode(Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }))),
    extensions: [makeExtension(SubjectAltName, [{ type: 'dns', value: host }], true)],
  })
  return Buffer.from(assembleSigned(info, algorithmIdentifier('ecdsa-sha256'), signed(info, privateKey))).toString(
    'base64url',
  )
}

function signed(message: Uint8Array, key: KeyObject): Uint8Array {
  return Uint8Array.from(sign('sha256', message, key))
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
