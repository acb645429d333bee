import type { AuditLog, ChainHead, NewSeal, Seal, StoredRecord, Tail } from './audit-log.ts'
import { HINT_OCTETS, NOTHING, nextLink, recordHash, sealDigest, sealMessage } from './chain.ts'
import type { SealKey } from './seal-key.ts'

export interface SealDeps {
  readonly log: AuditLog
  /** The key of now: a rotation of the master key changes it. */
  readonly key: () => SealKey
  readonly now: () => number
  /** Who this process is among those that share the database. */
  readonly holder: string
  /** Told of every head that is new. */
  readonly announce: (head: ChainHead) => void
}

/** How many records one transaction seals: a few milliseconds of the writer that everybody shares. */
const BATCH = 500
/** A sealer that ends without a word is followed by another after this time. */
const LEASE_MS = 10_000

/**
 * Links all records that no seal holds into the chain, and signs its new heads. Of several processes the one with the lease works.
 * That two do at once, because a lease ran out under one of them, costs the slower one its work and nothing else: seals are added
 * only to the head that they were made for, in the transaction that puts the records under them. Resolves to the number of records.
 */
export async function sealRecords(deps: SealDeps): Promise<number> {
  const { log, key, now, holder, announce } = deps
  let sealed = 0
  for (;;) {
    // A look, which is all that a second without records costs.
    if ((await log.unsealed(1, '')).length === 0) return sealed
    if (!(await log.lease(holder, now(), LEASE_MS))) return sealed
    // The head first: what is read after it is at least as new, and `append` refuses if it moved on meanwhile.
    const head = await headFor(key(), log)
    if (head === undefined) return sealed
    const records = await log.unsealed(BATCH, '')
    if (records.length === 0) return sealed
    const { seals, to } = await chain(records, head, deps)
    if (!(await log.append(head, to, seals))) return sealed
    sealed += records.length
    announce(to)
    if (records.length < BATCH) return sealed
  }
}

/** The head, if it is for this key to go on from it: while a rotation ends another process may be a step ahead. */
async function headFor({ id }: SealKey, log: AuditLog): Promise<ChainHead | undefined> {
  if ((await log.head()) === undefined) await log.begin(id)
  const head = await log.head()
  return head?.key === id ? head : undefined
}

/** One seal for each tenant of these records. */
async function chain(records: readonly StoredRecord[], from: ChainHead, { log, key, now }: SealDeps) {
  const signer = key()
  const tenants = Map.groupBy(records, ({ tenant }) => tenant)
  const seals: NewSeal[] = []
  let head = from
  for (const [tenant, own] of tenants) {
    const seal = sealOf(own, { tenant, head, tail: await log.tail(tenant), sealedAt: now(), signer })
    seals.push({ seal, ids: own.map(({ id }) => id) })
    head = { number: seal.number, digest: sealDigest(seal), key: signer.id }
  }
  return { seals, to: head }
}

interface Place {
  readonly tenant: string
  readonly head: ChainHead
  readonly tail: Tail | undefined
  readonly sealedAt: number
  readonly signer: SealKey
}

function sealOf(records: readonly StoredRecord[], { tenant, head, tail, sealedAt, signer }: Place): Seal {
  const hashes = records.map(recordHash)
  const times = records.map(({ at }) => at)
  const position = tail?.last ?? 0
  const seal = {
    number: head.number + 1,
    tenant,
    first: position + 1,
    last: position + records.length,
    firstAt: Math.min(...times),
    lastAt: Math.max(...times),
    sealedAt,
    link: Uint8Array.from(hashes.reduce<Uint8Array>(nextLink, tail?.link ?? NOTHING)),
    previous: head.digest,
    key: signer.id,
  }
  return {
    ...seal,
    signature: signer.sign(sealMessage(seal)),
    hints: Uint8Array.from(Buffer.concat(hashes.map((hash) => hash.subarray(0, HINT_OCTETS)))),
  }
}
