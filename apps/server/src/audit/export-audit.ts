import type { AuditChain, Between, RetiredKey, Seal, StoredRecord } from './audit-log.ts'
import { NOTHING, nextLink, recordHash, sealDigest } from './chain.ts'
import type { SealKey } from './seal-key.ts'

/** Where an export goes on: after this seal, then after this record of those that no seal holds. */
export interface ExportCursor {
  readonly seal: number
  readonly unsealed?: string
}

export interface ExportStep {
  /** One JSON object each, without a line end. */
  readonly lines: readonly string[]
  /** Absent at the end. */
  readonly next?: ExportCursor
}

/** What a step reads at the least, unless the export ends. */
const ENOUGH = 200
const PAGE = 500

/** The keys that sign seals: the first lines of an export. */
export function exportKeys(current: SealKey, retired: readonly RetiredKey[]): readonly string[] {
  const rows = [
    ...retired.map(({ id, publicKey, untilNumber, untilDigest, successor, endorsement }) => ({
      ...{ type: 'key', id, publicKey: base64(publicKey), untilNumber, untilDigest: hex(untilDigest) },
      ...{ successor, endorsement: base64(endorsement) },
    })),
    { type: 'key', id: current.id, publicKey: base64(current.publicKey) },
  ]
  return rows.map((row) => JSON.stringify(row))
}

/**
 * The next lines of an export: records, each with its place in the chain, and after the records of each seal the seal. The format
 * is described in docs/audit.md.
 */
export async function exportStep(cursor: ExportCursor, between: Between, chain: AuditChain): Promise<ExportStep> {
  if (cursor.unsealed !== undefined) return unsealedStep({ ...cursor, unsealed: cursor.unsealed }, between, chain)
  const lines: string[] = []
  let after = cursor.seal
  while (lines.length < ENOUGH) {
    const [seal] = await chain.seals(after, 1, between)
    if (seal === undefined) return { lines, next: { seal: after, unsealed: '' } }
    lines.push(...(await linesOf(seal, between, chain)))
    after = seal.number
  }
  return { lines, next: { seal: after } }
}

/** A whole export, in pieces of text. */
export async function* exportAudit(
  keys: readonly string[],
  between: Between,
  chain: AuditChain,
  nextTurn: () => Promise<unknown>,
): AsyncGenerator<string> {
  yield textOf(keys)
  for (let cursor: ExportCursor | undefined = { seal: 0 }; cursor !== undefined; ) {
    const { lines, next }: ExportStep = await exportStep(cursor, between, chain)
    if (lines.length > 0) yield textOf(lines)
    cursor = next
    await nextTurn()
  }
}

async function linesOf(seal: Seal, between: Between, chain: AuditChain): Promise<readonly string[]> {
  const lines: string[] = []
  let link = (await chain.tail(seal.tenant, seal.number))?.link ?? NOTHING
  let position = seal.first
  for (let after = ''; ; ) {
    const page = await chain.recordsOf(seal.number, after, PAGE)
    for (const record of page) {
      const hash = recordHash(record)
      const next = nextLink(link, hash)
      const place = { seal: seal.number, position, hash: hex(hash), previous: hex(link), link: hex(next) }
      if (isWithin(record.at, between)) lines.push(lineOf(record, place))
      link = next
      position += 1
    }
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) break
    after = last.id
  }
  const { number, tenant, first, last, firstAt, lastAt, sealedAt, key } = seal
  const chained = { link: hex(seal.link), previous: hex(seal.previous), digest: hex(sealDigest(seal)) }
  const signed = { key, signature: base64(seal.signature) }
  lines.push(
    JSON.stringify({ type: 'seal', number, tenant, first, last, firstAt, lastAt, sealedAt, ...chained, ...signed }),
  )
  return lines
}

async function unsealedStep(cursor: Required<ExportCursor>, between: Between, chain: AuditChain): Promise<ExportStep> {
  const page = await chain.unsealed(PAGE, cursor.unsealed)
  const lines = page
    .filter(({ at }) => isWithin(at, between))
    .map((record) => lineOf(record, { seal: null, hash: hex(recordHash(record)) }))
  const last = page.at(-1)
  return { lines, ...(last !== undefined && page.length === PAGE && { next: { ...cursor, unsealed: last.id } }) }
}

function lineOf(record: StoredRecord, place: Readonly<Record<string, unknown>>): string {
  const { tenant, id, at, actor, account, token, action, objectType, objectId, details } = record
  const fields = { tenant, id, at, actor, account, token, action, objectType, objectId, details }
  return JSON.stringify({ type: 'record', ...fields, ...place })
}

function isWithin(at: number, { from, to }: Between): boolean {
  return (from === undefined || at >= from) && (to === undefined || at <= to)
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex')
}

function base64(octets: Uint8Array): string {
  return Buffer.from(octets).toString('base64')
}
