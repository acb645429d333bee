import type { Seal, SealedRecord } from './audit-log.ts'
import { HINT_OCTETS, nextLink, recordHash } from './chain.ts'
import type { findings } from './finding.ts'

type Findings = ReturnType<typeof findings>

/** One record as it is compared with the hints. */
interface Seen {
  readonly hint: string
  readonly id: string
}

/** Checks the records under a seal against it, and resolves to their number. `link` is the tenant's chain before them. */
export async function checkRecords(
  seal: Seal,
  link: Uint8Array,
  records: AsyncIterable<SealedRecord>,
  found: Findings,
): Promise<number> {
  const hints = hintsOf(seal)
  const seen: Seen[] = []
  let reached = link
  let count = 0
  for await (const record of records) {
    count += 1
    const hash = recordHash(record)
    reached = nextLink(reached, hash)
    // As many as the seal says, and some more: a seal under which somebody put a million is told of all the same.
    if (seen.length <= hints.length + SOME) seen.push({ hint: hash.toString('hex', 0, HINT_OCTETS), id: record.id })
  }
  const due = seal.last - seal.first + 1
  if (Buffer.compare(reached, seal.link) !== 0 || count !== due) explain(seal, hints, seen, count - due, found)
  return count
}

const SOME = 100

function hintsOf({ hints }: Seal): readonly string[] {
  const text = Buffer.from(hints).toString('hex')
  return text.match(/.{16}/g) ?? []
}

/** Says which record is wrong, as far as the hints tell. */
function explain(seal: Seal, hints: readonly string[], seen: readonly Seen[], more: number, found: Findings): void {
  const { number, tenant, first } = seal
  const where = `under seal ${number} (tenant ${tenant}, sealed ${new Date(seal.sealedAt).toISOString()})`
  const missing = without(
    hints,
    seen.map(({ hint }) => hint),
  ).map((at) => first + at)
  const strange = without(
    seen.map(({ hint }) => hint),
    hints,
  ).flatMap((at) => seen[at] ?? [])
  const edited = Math.min(missing.length, strange.length)
  for (const [at, { id }] of strange.entries()) {
    if (at < edited)
      found.add('edited', `record ${id} ${where} is not what was sealed (position ${missing[at]}): it was edited`)
    else found.add('inserted', `record ${id} ${where} was inserted: it was not sealed there`)
  }
  for (const position of missing.slice(edited))
    found.add('removed', `the record at position ${position} ${where} was removed`)
  if (missing.length > 0 || strange.length > 0) return
  if (more > 0) found.add('inserted', `${more} records ${where} were inserted`)
  else if (more < 0) found.add('removed', `${-more} records ${where} were removed`)
  else if (seen.some(({ hint }, at) => hint !== hints[at]))
    found.add('reordered', `the records ${where} were reordered`)
  else
    found.add(
      'seal-edited',
      `the records ${where} do not lead to its head: it, or a seal of this tenant before it, was changed`,
    )
}

/** The places of those that are not among the others, each counted as often as it is there. */
function without(all: readonly string[], others: readonly string[]): readonly number[] {
  const left = new Map<string, number>()
  for (const other of others) left.set(other, (left.get(other) ?? 0) + 1)
  return [...all.keys()].filter((at) => {
    const count = left.get(all[at] ?? '') ?? 0
    if (count > 0) left.set(all[at] ?? '', count - 1)
    return count === 0
  })
}
