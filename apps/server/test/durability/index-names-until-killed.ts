// Run as a process of its own: the upgrade that finds certificates by all their names, at work in an installation. It prints a line
// for each page as soon as it is told that it was done, and never ends by itself.
import { setTimeout as delay } from 'node:timers/promises'
import { openChancery } from '../../src/open-chancery.ts'
import { silentLog } from '../../src/platform/log.ts'
import { indexDueNames } from '../../src/publishing/index-names.ts'
import { configOf, type Place } from './reopened.ts'

export interface Indexing extends Place {
  /** Its clock goes ahead by this, so that the lease of the process that was killed before has ended. */
  readonly aheadMs: number
}

const work: Indexing = JSON.parse(process.argv[2] ?? '')
const { installation } = await openChancery(configOf(work), silentLog)
const { stores } = installation
const { outbox } = stores.system
const report = (error: unknown) => process.stdout.write(`failed ${error}\n`)
const told: typeof outbox = {
  ...outbox,
  moveOn: async (item, key) => {
    await outbox.moveOn(item, key)
    process.stdout.write(`at ${key}\n`)
    // Its end comes some milliseconds behind the line: now and then here, else within the next page, and seldom many pages later.
    await delay(Math.random() * 30)
  },
}

for (;;) {
  await indexDueNames({
    outbox: told,
    indexOf: (tenant) => stores.for(tenant).names,
    now: () => Date.now() + work.aheadMs,
    report,
  })
  await delay(50)
}
