import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openChancery } from '../apps/server/src/open-chancery.ts'
import { silentLog } from '../apps/server/src/platform/log.ts'
import { benchConfig, fillInstallation } from './filled-installation.ts'
import type { Line } from './table.ts'

const ENTRIES = 1_000_000
const MOST_SECONDS = 5
const MOST_MEGABYTES = 300

/** What the process that makes the CRL says of it. */
interface Made {
  readonly seconds: number
  readonly megabytes: number
  readonly entries: number
  readonly size: number
  readonly longestPauseMs: number
}

/** A CRL of a million entries, from the question to its publication, in a process of its own: time, and memory at its highest. */
export async function measureCrl(databaseUrl: string): Promise<readonly Line[]> {
  const filled = await fillInstallation(databaseUrl, ENTRIES, 1)
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [
      fileURLToPath(import.meta.url),
      filled.config.dataFolder,
      filled.config.databaseUrl ?? '',
      filled.tenant,
      filled.generation,
    ])
    const { seconds, megabytes, entries, size, longestPauseMs }: Made = JSON.parse(stdout)
    if (entries !== ENTRIES) throw new Error(`the CRL has ${entries} entries`)
    const met = seconds < MOST_SECONDS && megabytes < MOST_MEGABYTES
    const note = `${(size / 1e6).toFixed(0)} MB of CRL, the event loop never held for more than ${longestPauseMs.toFixed(0)} ms`
    const beside = `at most ${MOST_SECONDS} s, ${MOST_MEGABYTES} MB`
    return [
      {
        what: 'a CRL of 1,000,000 entries',
        figure: `${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB`,
        beside,
        ratio: '',
        verdict: met ? 'met' : 'missed',
        note,
      },
    ]
  } finally {
    await filled.remove()
  }
}

if (import.meta.main) {
  const [folder = '', databaseUrl = '', tenant = '', generation = ''] = process.argv.slice(2)
  const { installation, close } = await openChancery(benchConfig(folder, databaseUrl), silentLog)
  const pauses = watchPauses()
  const from = performance.now()
  const crl = await installation.crls.current({ generation, partition: 0, delta: false }, tenant)
  const seconds = (performance.now() - from) / 1000
  const made: Made = {
    seconds,
    megabytes: process.resourceUsage().maxRSS / 1024,
    entries: crl?.entries ?? 0,
    size: crl?.size ?? 0,
    longestPauseMs: pauses.longest(),
  }
  console.log(JSON.stringify(made))
  await close()
}

function watchPauses(): { longest(): number } {
  let longest = 0
  let last = performance.now()
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }, 1)
  return {
    longest: () => {
      clearInterval(timer)
      return longest
    },
  }
}
