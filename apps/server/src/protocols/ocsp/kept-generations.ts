import type { FindGenerationByPublicId } from '../../issuers/issuer-store.ts'

type Found = NonNullable<Awaited<ReturnType<FindGenerationByPublicId>>>

/** Generations that are remembered: about 200 octets each. */
const MOST = 10_000

/**
 * Remembers which generation a public id names. It never names another one and never stops to, so nothing has to be looked at
 * again; what is not found is not remembered, for it may come.
 */
export function keptGenerations(
  find: FindGenerationByPublicId,
  most = MOST,
): (publicId: string) => Found | Promise<Found | undefined> {
  const kept = new Map<string, Found>()
  const look = async (publicId: string): Promise<Found | undefined> => {
    const found = await find(publicId)
    if (found === undefined) return undefined
    if (kept.size >= most) kept.clear()
    kept.set(publicId, found)
    return found
  }
  return (publicId) => kept.get(publicId) ?? look(publicId)
}
