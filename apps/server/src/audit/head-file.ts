import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { AuditLog, ChainHead } from './audit-log.ts'
import { headText, parseHead, sealDigest } from './chain.ts'

/** Its name in a data folder. */
export const HEAD_FILE = 'audit-head'

type Known = Pick<ChainHead, 'number' | 'digest'>

/**
 * The newest head that was seen from here, kept outside the database: whoever cuts the end off there, head and all, does not reach
 * this file too, unless he has the machine. Nothing when there is none.
 */
export function readHeadFile(path: string): Known | undefined {
  try {
    return parseHead(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Keeps a head. Not forced to the disk: after a loss of power an older one is as good, because the chain holds that too. */
export function writeHeadFile(path: string, head: Known): void {
  writeFileSync(`${path}.new`, `${headText(head)}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** Whether the chain holds a head that was seen. */
export async function holdsHead({ number, digest }: Known, log: Pick<AuditLog, 'seals'>): Promise<boolean> {
  const [seal] = await log.seals(number - 1, 1)
  return seal?.number === number && Buffer.compare(sealDigest(seal), digest) === 0
}
