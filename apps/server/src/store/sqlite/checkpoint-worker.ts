import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

/** The thread of `Checkpoints`: answers 'checkpoint' with the pages that came into the log meanwhile, and ends at 'close'. */
const db = new DatabaseSync(String(workerData))
db.exec('PRAGMA trusted_schema = OFF; PRAGMA synchronous = FULL')
const checkpoint = db.prepare('PRAGMA wal_checkpoint(PASSIVE)')
const look = db.prepare('PRAGMA wal_checkpoint(NOOP)')

parentPort?.on('message', (message) => {
  if (message === 'close') {
    db.close()
    parentPort?.close()
    return
  }
  checkpoint.get()
  const { log, checkpointed } = look.get() ?? {}
  parentPort?.postMessage(Number(log) - Number(checkpointed))
})
