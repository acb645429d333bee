import type { AuditLog } from './audit-log.ts'

/** How far the sealing of the audit is: for metrics and for people. */
export interface SealState {
  /** Records that no seal holds yet. */
  readonly unsealed: number
  /** The time of the oldest of them, in milliseconds. */
  readonly oldestAt?: number
}

/** Looks how far the sealing is. Costs two look-ups in what is not sealed, whatever the number of records that are. */
export async function sealState(log: Pick<AuditLog, 'unsealed' | 'countUnsealed'>): Promise<SealState> {
  const [oldest] = await log.unsealed(1, '')
  return oldest === undefined ? { unsealed: 0 } : { unsealed: await log.countUnsealed(), oldestAt: oldest.at }
}
