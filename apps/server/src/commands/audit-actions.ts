import { MasterKeyError } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import { parseHead } from '../audit/chain.ts'
import { exportKeys, exportStep } from '../audit/export-audit.ts'
import { readHeadFile } from '../audit/head-file.ts'
import { verifyStep } from '../audit/verify-audit.ts'
import type { Keys } from '../master-keys/open-keys.ts'
import { abandonRotation, rotateStep } from '../master-keys/rotate-master-key.ts'
import { systemClock } from '../platform/clock-and-random.ts'
import type { Stores } from '../store/stores.ts'
import type { AuditActions } from './audit-action-shapes.ts'

/** What these actions stand on. */
export interface AuditActionDeps {
  readonly stores: Stores
  /** Opened when they are first needed: most commands need none. */
  readonly keys: () => Promise<Keys>
  /** The file of the newest head that was seen from here. */
  readonly headFile: string
}

export function auditActions({ stores, keys, headFile }: AuditActionDeps): AuditActions {
  const { audit: log, keys: store } = stores.system
  return {
    'audit-verify': async ({ after, known: text }) => {
      const known = text === undefined ? readHeadFile(headFile) : parseHead(text)
      const { findings, ...step } = await verifyStep(after, {
        log,
        key: (await keys()).sealKey(),
        ...(known !== undefined && { known }),
      })
      return { ...step, findings: [...findings] }
    },
    'audit-export': async ({ after, tenant, ...between }) => {
      const chain = tenant === undefined ? log : stores.for(tenant).audit
      const { lines, next } = await exportStep(after ?? { seal: 0 }, between, chain)
      const first = after === undefined ? exportKeys((await keys()).sealKey(), await log.retiredKeys()) : []
      return { lines: [...first, ...lines], ...(next !== undefined && { next }) }
    },
    'rotate-master-key': async (request) => {
      const deps = { keys: await keys(), store, now: systemClock }
      const step = await rotateStep(request, deps).catch((error: unknown) => {
        // What is wrong with a file of a key is for whoever named it.
        throw error instanceof MasterKeyError ? new Refusal('malformed', error.message) : error
      })
      return { ...step, waitingFor: [...step.waitingFor] }
    },
    'abandon-rotation': async () => ({
      abandoned: await abandonRotation({ keys: await keys(), store, now: systemClock }),
    }),
  }
}
