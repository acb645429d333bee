// Run as a process of its own: a server whose disk fails to flush SQLite's log from the moment that this file is there.
import { existsSync, fdatasync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { loadConfig } from '../../src/platform/config.ts'
import { serveChancery } from '../../src/serve-chancery.ts'

const flush = promisify(fdatasync)
const failing = process.argv[2] ?? ''

await serveChancery(
  loadConfig(process.env),
  { env: process.env, out: (text) => void process.stdout.write(text), err: (text) => void process.stderr.write(text) },
  {
    flushFile: async (file) => {
      if (existsSync(failing)) {
        // As disks do, it tries for a while.
        await delay(2_000)
        throw new Error('as if the disk failed')
      }
      await flush(file)
    },
  },
)
