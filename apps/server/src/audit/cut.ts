import { INSTALLATION_LOG } from './account-record.ts'
import type { AuditLog, ChainHead, StoredRecord } from './audit-log.ts'
import type { AuditEntry } from './audit-record.ts'
import { cutMessage, headText, NOTHING, parseHead } from './chain.ts'
import { holdsHead } from './head-file.ts'
import type { SealKey } from './seal-key.ts'
import type { KeyOfSeal } from './seal-keys.ts'

type Head = Pick<ChainHead, 'number' | 'digest'>

/** What a restore says of the end of the chain that went with it. */
export interface Cut {
  /** The id of the backup that was put back. */
  readonly backup: string
  /** The head that had been seen. */
  readonly cut: Head
  /** The head with which the chain goes on. */
  readonly onto: Head
}

const ACTION = 'audit.cut'
/** The head of a chain that has no seal yet. */
export const BEGINNING: Head = { number: 0, digest: NOTHING }

/**
 * The record of a cut: `INSTALLATION_LOG` has it. It is signed by the key that signs the next seal, because a record that is not
 * sealed yet may come from whoever writes to the database: he could cut the end off and say that it was a restore.
 */
export function cutEntry(what: Cut, key: SealKey): AuditEntry {
  const signature = Buffer.from(key.sign(cutMessage({ ...what, key: key.id }))).toString('base64')
  const details = { cut: headText(what.cut), onto: headText(what.onto), key: key.id, signature }
  return { action: ACTION, object: { type: 'installation', id: what.backup }, details }
}

/**
 * The restore that explains why a head that was seen is not in the chain; nothing when none does. It has to name this very head, to be
 * signed by the key that went on from where it says the chain goes on, and the chain has to hold that: whoever cuts off more than the
 * restore did is found.
 */
export async function restoreThatCut(
  known: Head,
  log: Pick<AuditLog, 'recordsBy' | 'seals'>,
  keyOf: KeyOfSeal,
): Promise<Cut | undefined> {
  for (const record of await log.recordsBy(INSTALLATION_LOG, ACTION, MOST)) {
    const said = read(record)
    if (said === undefined || headText(said.cut) !== headText(known)) continue
    const key = keyOf(said.onto.number + 1)
    if (key?.id !== said.key || !key.check(cutMessage(said), said.signature)) continue
    if (said.onto.number === 0 || (await holdsHead(said.onto, log))) return said
  }
  return undefined
}

/** Restores that are looked at, newest first. */
const MOST = 100

/** What a verification says of a restore. */
export function wordsOf({ backup, cut, onto }: Cut): string {
  return `The head ${headText(cut)} that was seen is gone by a restore: the backup ${backup} was put back, and the chain goes on from ${headText(onto)}. The master key of the installation signed that.`
}

function read({ objectId: backup, details }: StoredRecord) {
  const said: unknown = parsed(details ?? '')
  const [cut, onto, key, signature] = ['cut', 'onto', 'key', 'signature'].map((name) =>
    String(Reflect.get(Object(said), name)),
  )
  const heads = { cut: parseHead(cut ?? ''), onto: onto === headText(BEGINNING) ? BEGINNING : parseHead(onto ?? '') }
  if (heads.cut === undefined || heads.onto === undefined || key === undefined) return undefined
  return {
    backup,
    cut: heads.cut,
    onto: heads.onto,
    key,
    signature: Uint8Array.from(Buffer.from(signature ?? '', 'base64')),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
