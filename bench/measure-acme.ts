import { readFileSync } from 'node:fs'
import { type RunningChancery, runChancery } from '../test/support/running-chancery.ts'
import { newAccountKeys, type OrderLoadResult, putOrders } from './order-load.ts'

/** Accounts that order at a time. */
export const ACCOUNTS = 16
/** What is counted is what an order costs, and not what each process spends once on compiling its code. */
const COMPILED_AFTER_SECONDS = 8
const TURNS = 3

interface AcmeResult extends OrderLoadResult {
  /** Of all processes that served, by what the system counted. */
  readonly cpuMsPerOrder: number
}

/**
 * Whole orders of ACME, newOrder to the downloaded certificate: names that the policy approves beforehand, ECDSA, an account a worker,
 * plain HTTP as behind a proxy that ends TLS. On PostgreSQL once more with a second process beside the first, each with half of the
 * accounts of one client.
 */
export async function measureAcme(
  databaseUrl: string,
  seconds: number,
): Promise<{ readonly one: AcmeResult; readonly two?: AcmeResult }> {
  const env = { CHANCERY_TLS: 'proxy' }
  const first = await runChancery({ databaseUrl, env })
  try {
    const binding = await newPolicy(first)
    if (databaseUrl === '') {
      await orderFrom([first], binding, COMPILED_AFTER_SECONDS)
      return { one: await orderFrom([first], binding, seconds) }
    }
    const second = await runChancery({ beside: first, env })
    try {
      return await inTurns(first, second, (servers, forSeconds) => orderFrom(servers, binding, forSeconds), seconds)
    } finally {
      await second.stop()
    }
  } finally {
    await first.stop()
  }
}

/** One process and two in turns, since what a machine is busy with changes from minute to minute: the middle one of each counts. */
async function inTurns(
  first: RunningChancery,
  second: RunningChancery,
  order: (servers: readonly RunningChancery[], seconds: number) => Promise<AcmeResult>,
  seconds: number,
): Promise<{ readonly one: AcmeResult; readonly two: AcmeResult }> {
  await order([first, second], 2 * COMPILED_AFTER_SECONDS)
  const ones: AcmeResult[] = []
  const twos: AcmeResult[] = []
  for (let turn = 0; turn < TURNS; turn++) {
    ones.push(await order([first], seconds))
    twos.push(await order([first, second], seconds))
  }
  return { one: middle(ones), two: middle(twos) }
}

function middle(results: readonly AcmeResult[]): AcmeResult {
  const sorted = results.toSorted((a, b) => a.cpuMsPerOrder - b.cpuMsPerOrder)
  const found = sorted[Math.floor(sorted.length / 2)]
  if (found === undefined) throw new Error('nothing was measured')
  return found
}

async function orderFrom(
  servers: readonly RunningChancery[],
  binding: Awaited<ReturnType<typeof newPolicy>>,
  seconds: number,
): Promise<AcmeResult> {
  const before = servers.map(cpuMsOf)
  const from = performance.now()
  const result = await putOrders({
    ...binding,
    connectTo: servers.map(({ port }) => ({ host: '127.0.0.1', port })),
    keys: newAccountKeys(ACCOUNTS),
    warmUpSeconds: 1,
    seconds,
  })
  const wholeSeconds = (performance.now() - from) / 1000
  const cpuMs = servers.map(cpuMsOf).reduce((sum, ms, at) => sum + ms - (before[at] ?? 0), 0)
  return { ...result, cpuMsPerOrder: cpuMs / (result.perSecond * wholeSeconds) }
}

/** A CA with a policy that approves what is ordered here, and a binding for all accounts. */
export async function newPolicy({ api }: RunningChancery) {
  const authority = await api<{ id: string }>('POST', '/authorities', {
    kind: 'root',
    subject: [{ type: 'commonName', value: 'Bench CA' }],
  })
  const { items } = await api<{ items: readonly { id: string; name: string }[] }>(
    'GET',
    `/templates?authority=${authority.id}`,
  )
  const template = items.find(({ name }) => name === 'Web Server')?.id
  const { id } = await api<{ id: string }>('POST', '/acme-policies', {
    authority: authority.id,
    name: 'Bench',
    profiles: [{ name: 'default', template, description: 'Web servers' }],
    preApproved: ['*.bench.example'],
  })
  const { binding, directory, hmacKey } = await api<{
    binding: { kid: string }
    directory: string
    hmacKey: string
  }>('POST', `/acme-policies/${id}/bindings`, { name: 'Bench' })
  return { directory, kid: binding.kid, hmacKey }
}

/** Processor time of a process and all its threads until now, in milliseconds, by Linux; 0 elsewhere. */
function cpuMsOf(server: RunningChancery): number {
  try {
    const stat = readFileSync(`/proc/${server.pid()}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK
  } catch {
    return 0
  }
}
const MS_PER_TICK = 10
