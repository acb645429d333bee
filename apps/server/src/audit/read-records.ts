import type { AuditLog, RecordKey, SealedRecord } from './audit-log.ts'

const PAGE = 1_000

/** Walks once through all records that seals hold, in their order, a page at a time. */
export function readRecords(log: Pick<AuditLog, 'records'>, afterSeal: number) {
  let page: readonly SealedRecord[] = []
  let at = 0
  let ended = false
  let key: RecordKey = { seal: afterSeal + 1, id: '' }

  const peek = async (): Promise<SealedRecord | undefined> => {
    if (at < page.length) return page[at]
    if (ended) return undefined
    page = await log.records(key, PAGE)
    at = 0
    ended = page.length < PAGE
    const last = page.at(-1)
    if (last !== undefined) key = last
    return page[0]
  }
  return {
    /** The records of this seal; those of seals before it are passed over. */
    async *of(seal: number): AsyncGenerator<SealedRecord> {
      for (;;) {
        const record = await peek()
        if (record === undefined || record.seal > seal) return
        at += 1
        if (record.seal === seal) yield record
      }
    },
    /** Goes on with this seal: those before it are gone. */
    skipTo(seal: number): void {
      if (seal <= key.seal) return
      page = page.filter((record, index) => index >= at && record.seal >= seal)
      at = 0
      if (page.length === 0 && !ended) key = { seal, id: '' }
    },
  }
}
