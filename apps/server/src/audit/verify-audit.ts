import type { AuditLog, ChainHead, Seal, Tail } from './audit-log.ts'
import { headText, NOTHING, sealDigest, sealMessage } from './chain.ts'
import { checkRecords } from './check-records.ts'
import { restoreThatCut, wordsOf } from './cut.ts'
import { type Finding, findings } from './finding.ts'
import { readRecords } from './read-records.ts'
import type { SealKey } from './seal-key.ts'
import { type KeyOfSeal, keysOfSeals } from './seal-keys.ts'

/** How far one step of a verification came. */
export interface VerifyStep {
  readonly seals: number
  readonly records: number
  readonly findings: readonly Finding[]
  /** Where the next step begins; absent when the whole chain was looked at. */
  readonly next?: number
  /** At the end: the head, as text, and how many records no seal holds yet. */
  readonly end?: {
    readonly head: string
    readonly unsealed: number
    /** Why the known head is not in the chain, when a restore says so. */
    readonly restored?: string
  }
}

export interface VerifyDeps {
  readonly log: AuditLog
  /** The key of now. */
  readonly key: SealKey
  /** A head that was seen earlier, elsewhere: the chain must still hold it. */
  readonly known?: Pick<ChainHead, 'number' | 'digest'>
}

/** Where a step ends, at the next seal. */
const ENOUGH_RECORDS = 10_000
const ENOUGH_SEALS = 2_000
const PAGE = 100

/**
 * Checks a part of the chain: the seals after this number, as many as take a moment. Each seal must follow the one before it, be
 * signed by the key of its time, go on where its tenant's last one ended, and fit its records. What is sealed while this runs is
 * not looked at.
 */
export async function verifyStep(after: number, deps: VerifyDeps): Promise<VerifyStep> {
  const { log, known } = deps
  const head = await log.head()
  const upTo = head?.number ?? 0
  const keys = keysOfSeals(deps.key, await log.retiredKeys())
  const found = findings(after === 0 ? keys.findings : [])
  const restore = known && (await restoreThatCut(known, log, keys.keyOf))
  const walk = { ...(await startAfter(after, log)), log, found, keyOf: keys.keyOf, tails: new Map<string, Tail>() }
  let records = 0
  for (;;) {
    const page = (await log.seals(walk.number, PAGE)).filter(({ number }) => number <= upTo)
    for (const seal of page) {
      records += await checkSeal(seal, walk)
      if (known?.number === seal.number && !equal(known.digest, walk.digest) && restore === undefined) {
        found.add('other-head', `seal ${seal.number} is another than the one that was known: the chain was made anew`)
      }
    }
    const seals = walk.number - after
    const step = { seals, records, findings: found.all() }
    if (page.length === 0)
      return {
        ...step,
        findings: found.all(await checkEnd(head, walk, { ...deps, restored: restore !== undefined })),
        end: { ...(await endOf(head, log)), ...(restore && { restored: wordsOf(restore) }) },
      }
    if (records >= ENOUGH_RECORDS || seals >= ENOUGH_SEALS) return { ...step, next: walk.number }
  }
}

interface Walk {
  readonly log: AuditLog
  readonly found: ReturnType<typeof findings>
  readonly keyOf: KeyOfSeal
  readonly reader: ReturnType<typeof readRecords>
  readonly tails: Map<string, Tail>
  /** The seal that was looked at last, and its digest. */
  number: number
  digest: Uint8Array
}

async function startAfter(after: number, log: AuditLog) {
  const [last] = after === 0 ? [] : await log.seals(after - 1, 1)
  const digest = last === undefined ? NOTHING : sealDigest(last)
  return { number: after, digest, reader: readRecords(log, after) }
}

/** Checks one seal, and resolves to the number of its records. */
async function checkSeal(seal: Seal, walk: Walk): Promise<number> {
  const { found, log, tails } = walk
  const { number, tenant } = seal
  if (number !== walk.number + 1) {
    found.add('seal-removed', `${rangeOf('seal', walk.number + 1, number - 1)} removed`)
    walk.reader.skipTo(number)
  } else if (!equal(seal.previous, walk.digest)) {
    found.add('seal-edited', `seal ${number} does not follow seal ${number - 1} as it now is: one of them was changed`)
  }
  const key = walk.keyOf(number)
  if (key === undefined || key.id !== seal.key || !key.check(sealMessage(seal), seal.signature)) {
    found.add(
      'forged',
      `the head of seal ${number} is not signed by the key of the installation: it was forged or changed`,
    )
  }
  const tail = tails.get(tenant) ?? (await log.tail(tenant, number))
  if (seal.first !== (tail?.last ?? 0) + 1) {
    found.add('seal-edited', `seal ${number} does not go on where the tenant ${tenant} was: its seals were changed`)
  }
  const count = await checkRecords(seal, tail?.link ?? NOTHING, walk.reader.of(number), found)
  if (tails.size >= MOST_TAILS) tails.clear()
  tails.set(tenant, seal)
  walk.number = number
  walk.digest = sealDigest(seal)
  return count
}

/** Tenants whose place in the chain is remembered at the most; the others' are looked up. */
const MOST_TAILS = 10_000

/** What only the end can tell: whether anything was cut off, or put behind it. */
async function checkEnd(
  head: ChainHead | undefined,
  walk: Walk,
  { log, key, known, restored }: VerifyDeps & { readonly restored: boolean },
): Promise<readonly Finding[]> {
  const found = findings()
  const number = head?.number ?? 0
  if (walk.number < number) {
    found.add('cut-off', `the end was cut off: ${rangeOf('seal', walk.number + 1, number)} removed`)
  } else if (head !== undefined && !equal(head.digest, walk.digest)) {
    found.add('forged', `the head is not that of seal ${number}: one of them was changed`)
  }
  if (head !== undefined && head.key !== key.id) found.add('forged', 'the head names another key to go on with')
  if (known !== undefined && known.number > number && !restored) {
    found.add(
      'cut-off',
      `the chain ends with seal ${number}, and seal ${known.number} was known: its end was cut off, or an older copy was put back`,
    )
  }
  // In this order: what is sealed meanwhile raises the head before or with the others.
  const [highest, [beyond]] = [await log.highestSealOfRecords(), await log.seals(number, 1)]
  const headNow = (await log.head())?.number ?? 0
  if (highest > headNow)
    found.add('inserted', `records name seal ${highest}, and the last is ${headNow}: they were inserted`)
  const [lowest] = await log.records({ seal: Number.MIN_SAFE_INTEGER, id: '' }, 1)
  if (lowest !== undefined && lowest.seal < 1) {
    found.add('inserted', `record ${lowest.id} names seal ${lowest.seal}, which there never is: it was inserted`)
  }
  if (beyond !== undefined && beyond.number > headNow) {
    found.add('forged', `seal ${beyond.number} stands behind the head, which is ${headNow}: one of them was changed`)
  }
  return found.all()
}

async function endOf(head: ChainHead | undefined, log: AuditLog) {
  return { head: headText(head ?? { number: 0, digest: NOTHING }), unsealed: await log.countUnsealed() }
}

function rangeOf(what: string, from: number, to: number): string {
  return from === to ? `${what} ${from} was` : `${what}s ${from} to ${to} were`
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
