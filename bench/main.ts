import { spawn } from 'node:child_process'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ownDatabase } from '../apps/server/test/support/own-database.ts'
import { runChancery } from '../test/support/running-chancery.ts'
import { bareCrypto, bareHttp, bareIssuing, bareSigning } from './bare-limits.ts'
import { measureAcme } from './measure-acme.ts'
import { measureCrl } from './measure-crl.ts'
import { measureEnroll } from './measure-enroll.ts'
import { measureApi, measureOcsp, prepare } from './measure-http.ts'
import { measureLists } from './measure-lists.ts'
import { measureStoredOrders } from './measure-stored-orders.ts'
import { type Line, table } from './table.ts'

const PARTS = ['issue', 'http', 'acme', 'crl', 'lists', 'orders'] as const

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    seconds: { type: 'string', default: '6' },
    'database-url': { type: 'string', default: process.env['CHANCERY_DATABASE_URL'] ?? '' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  console.log(`npm run bench -- [--only ${PARTS.join('|')}]… [--seconds 6] [--database-url postgres://…]

Measures a server of its own beside the bare limits of this machine, in the same run; loads have three rounds of so many seconds, of
which the middle one counts. Without a database URL: SQLite in a
temporary folder. On PostgreSQL each part makes databases of its own beside the one that is named, and drops them.`)
} else {
  await main()
}

async function main(): Promise<void> {
  const seconds = Number(values.seconds)
  const databaseUrl = values['database-url']
  const parts = PARTS.filter((part) => values.only?.includes(part) ?? true)
  const lines: Line[] = []
  if (parts.includes('issue')) lines.push(await onItsOwn(databaseUrl, (url) => issuing(url, seconds)))
  if (parts.includes('http')) lines.push(...(await onItsOwn(databaseUrl, (url) => overHttp(url, seconds))))
  if (parts.includes('acme')) lines.push(...(await onItsOwn(databaseUrl, (url) => ordering(url, seconds))))
  if (parts.includes('crl')) lines.push(...(await measureCrl(databaseUrl)))
  if (parts.includes('lists')) lines.push(...(await measureLists(databaseUrl)))
  if (parts.includes('orders')) lines.push(await amongManyOrders(databaseUrl, seconds))
  console.log(
    `\n${machine()}, ${databaseUrl === '' ? 'SQLite, on the disk before each answer' : 'PostgreSQL'}\n\n${table(lines)}`,
  )
  if (lines.some(({ verdict }) => verdict === 'missed')) process.exitCode = 1
}

async function onItsOwn<T>(databaseUrl: string, measure: (url: string) => Promise<T>): Promise<T> {
  const own = await ownDatabase(databaseUrl)
  try {
    return await measure(own.url)
  } finally {
    await own.remove()
  }
}

async function issuing(databaseUrl: string, seconds: number): Promise<Line> {
  const before = [bareIssuing(), bareCrypto()]
  const rate = await measureEnroll(databaseUrl, seconds)
  const [bare = Number.NaN, loaded = Number.NaN] = meansOf(before, [bareIssuing(), bareCrypto()])
  const line = against('certificates/s through enroll', rate, { bare, name: 'B1', least: 0.25 })
  return {
    ...line,
    note: `${(rate / loaded).toFixed(2)} × ${Math.round(loaded).toLocaleString('en')} with one key for all CSRs`,
  }
}

/** Bare limits before a measurement and after it: machines become slower and faster. */
function meansOf(before: readonly number[], after: readonly number[]): readonly number[] {
  return before.map((one, at) => (one + (after[at] ?? Number.NaN)) / 2)
}

/** Whole orders; on PostgreSQL, what a second process costs each of them. */
async function ordering(databaseUrl: string, seconds: number): Promise<readonly Line[]> {
  const before = bareCrypto()
  const { one, two } = await measureAcme(databaseUrl, seconds)
  const bare = (before + bareCrypto()) / 2
  const orders = against('whole ACME orders/s, approved beforehand', one.perSecond, {
    ...{ bare, name: 'B1', least: 0.06, p99: one.p99, failures: one.failures },
  })
  if (two === undefined) return [orders]
  const ratio = two.cpuMsPerOrder / one.cpuMsPerOrder
  const cost: Line = {
    what: 'processor time per order, two processes',
    figure: `${two.cpuMsPerOrder.toFixed(2)} ms`,
    beside: `one process ${one.cpuMsPerOrder.toFixed(2)} ms`,
    ratio: `${ratio.toFixed(2)} × (at most 1.15)`,
    verdict: ratio <= 1.15 && two.failures === 0 ? 'met' : 'missed',
    note: `${Math.round(two.perSecond)} orders/s`,
  }
  return [orders, cost]
}

/** Whole orders where a million are stored, beside the same where none is. */
async function amongManyOrders(databaseUrl: string, seconds: number): Promise<Line> {
  const { none, many } = await measureStoredOrders(databaseUrl, seconds)
  return against('whole ACME orders/s among 1,000,000', many.perSecond, {
    ...{
      bare: none.perSecond,
      name: 'among none',
      least: 0.95,
      p99: many.p99,
      failures: none.failures + many.failures,
    },
  })
}

async function overHttp(databaseUrl: string, seconds: number): Promise<readonly Line[]> {
  const bareServer = await startBareServer()
  const server = await runChancery({ databaseUrl })
  try {
    const prepared = await prepare(server)
    const b1 = bareIssuing()
    const api = await measureApi(prepared, seconds)
    const load = { port: bareServer.port, connections: 32, seconds }
    const b2Post = await bareHttp('POST', load)
    const post = await measureOcsp(prepared, 'post', seconds)
    const b2Get = await bareHttp('GET', load)
    const get = await measureOcsp(prepared, 'get', seconds)
    const before = bareSigning()
    const nonce = await measureOcsp(prepared, 'nonce', seconds)
    const [signing = Number.NaN] = meansOf([before], [bareSigning()])
    return [
      against('certificates/s through the HTTP API', api.perSecond, { bare: b1, name: 'B1', least: 0.12, ...api }),
      against('OCSP answers/s, POST, from the cache', post.perSecond, {
        bare: b2Post.perSecond,
        name: 'B2 POST',
        least: 0.5,
        ...post,
      }),
      against('OCSP answers/s, GET, from the cache', get.perSecond, {
        bare: b2Get.perSecond,
        name: 'B2 GET',
        least: 0.5,
        ...get,
      }),
      against('OCSP answers/s, signed afresh', nonce.perSecond, {
        bare: signing,
        name: 'bare signing',
        least: 0.25,
        ...nonce,
      }),
    ]
  } finally {
    await server.stop()
    bareServer.stop()
  }
}

function against(
  what: string,
  rate: number,
  {
    bare,
    name,
    least,
    p99,
    failures = 0,
  }: {
    readonly bare: number
    readonly name: string
    readonly least: number
    readonly p99?: number
    readonly failures?: number
  },
): Line {
  const ratio = rate / bare
  const notes = [
    ...(p99 === undefined ? [] : [`p99 ${p99.toFixed(1)} ms`]),
    ...(failures > 0 ? [`${failures} FAILED`] : []),
  ]
  return {
    what,
    figure: Math.round(rate).toLocaleString('en'),
    beside: `${name} ${Math.round(bare).toLocaleString('en')}`,
    ratio: `${ratio.toFixed(2)} × (at least ${least})`,
    verdict: ratio >= least && failures === 0 ? 'met' : 'missed',
    note: notes.join(', '),
  }
}

async function startBareServer(): Promise<{ readonly port: number; stop(): void }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('bare-limits.ts', import.meta.url)), 'serve'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await new Promise<number>((resolve) => child.stdout.once('data', (text) => resolve(Number(text))))
  return { port, stop: () => void child.kill() }
}

function machine(): string {
  const [cpu] = cpus()
  return `${cpus().length} × ${cpu?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}, OpenSSL ${process.versions.openssl}`
}
