import type { StatusOfSerial } from './revocation-ledger.ts'

/** What is known of a certificate that was issued. */
export type KeptStatus = NonNullable<Awaited<ReturnType<StatusOfSerial>>>

/** Statuses of all CAs together: about 250 octets each. */
const MOST = 20_000
/** How long one is kept at the most: what leaves the register after its retention is to be unknown some day. */
const KEPT_MS = 3_600_000

/** The status of a certificate while the revocation version of its generation is this one. */
export type StatusAt = (
  generation: string,
  version: number,
  serial: string,
) => KeptStatus | undefined | Promise<KeptStatus | undefined>

/**
 * Remembers statuses by the version at which they were looked up, read before them: any revocation makes a new version, and all that
 * is kept for the one before is found no more. What nobody issued is looked up each time, for it may come.
 */
export function keptStatuses(look: StatusOfSerial, now: () => number, most = MOST): StatusAt {
  const kept = new Map<string, { readonly status: KeptStatus; readonly until: number }>()
  const lookUp = async (key: string, generation: string, serial: string): Promise<KeptStatus | undefined> => {
    const status = await look(generation, serial)
    if (status === undefined) return undefined
    kept.set(key, { status, until: now() + KEPT_MS })
    for (const oldest of kept.keys()) {
      if (kept.size <= most) break
      kept.delete(oldest)
    }
    return status
  }
  return (generation, version, serial) => {
    const key = `${generation} ${version} ${serial}`
    const found = kept.get(key)
    if (found !== undefined && now() < found.until) return found.status
    kept.delete(key)
    return lookUp(key, generation, serial)
  }
}
