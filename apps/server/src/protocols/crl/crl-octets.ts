import { Readable } from 'node:stream'
import type { CrlStore, PublishedCrl } from '../../revocation/crl-store.ts'

/** Octets of CRLs that are kept in memory, all together, and of the largest that is kept. */
const KEPT = 32 * 1024 * 1024
const LARGEST_KEPT = 1024 * 1024

/** The octets of a published CRL: at once when it is small, else as they come out of the store, a part at a time. */
export type OctetsOf = (crl: PublishedCrl) => Promise<Uint8Array | Readable>

/** Small CRLs stay in memory, the least lately used leave first; a large one is never held as a whole. */
export function crlOctets(read: CrlStore['read'], kept = KEPT, largestKept = LARGEST_KEPT): OctetsOf {
  const small = new Map<string, { readonly octets: Promise<Uint8Array>; readonly size: number }>()
  let total = 0
  const drop = (id: string) => {
    total -= small.get(id)?.size ?? 0
    small.delete(id)
  }

  return async (crl) => {
    if (crl.size > largestKept) return Readable.from(read(crl.id), { objectMode: false })
    const entry = small.get(crl.id) ?? { octets: whole(crl, read), size: crl.size }
    drop(crl.id)
    small.set(crl.id, entry)
    total += entry.size
    for (const oldest of small.keys()) {
      if (total <= kept) break
      drop(oldest)
    }
    try {
      return await entry.octets
    } catch (error) {
      if (small.get(crl.id) === entry) drop(crl.id)
      throw error
    }
  }
}

async function whole({ id, size }: PublishedCrl, read: CrlStore['read']): Promise<Uint8Array> {
  const octets = new Uint8Array(size)
  let at = 0
  for await (const part of read(id)) {
    octets.set(part, at)
    at += part.length
  }
  if (at !== size) throw new Error(`a CRL of ${size} octets came out of the store with ${at}`)
  return octets
}
