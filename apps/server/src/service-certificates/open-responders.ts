import { Refusal } from '@chancery/pki'
import type { OpenIssuer } from '../issuers/issuers.ts'
import type { OcspResponder, ResponderOf } from '../revocation/ocsp-responder.ts'
import { type Responders, responderOf } from './responders.ts'

/** How long an opened responder is used before its row is looked at again. */
const LOOK_AGAIN_MS = 60_000
/** How long nobody tries again to make one that could not be made: strangers' questions must not make the CA make keys. */
const FAILED_MS = 5_000

interface Kept {
  readonly responder: Promise<OcspResponder>
  readonly version: number
  until: number
}

/**
 * Keeps responders open, one for each generation, so that neither its row nor its key is fetched for every answer. A revocation in
 * the generation, which may be the responder's own, makes it look again. Many who ask for a missing one wait for the same.
 */
export function openResponders(
  openGeneration: (tenant: string, generation: string) => Promise<OpenIssuer>,
  respondersOf: (tenant: string) => Responders,
  now: () => number,
): ResponderOf {
  const kept = new Map<string, Kept>()

  return (tenant, generation, version) => {
    const found = kept.get(generation)
    if (found !== undefined && found.version === version && now() < found.until) return found.responder

    const responder = openGeneration(tenant, generation).then((open) => {
      if (open.stored.authority.status === 'deleted')
        throw new Refusal('gone', 'This CA was deleted and answers no more.')
      return responderOf(open, respondersOf(tenant))
    })
    const entry = { responder, version, until: now() + LOOK_AGAIN_MS }
    kept.set(generation, entry)
    responder.catch(() => {
      entry.until = Math.min(entry.until, now() + FAILED_MS)
    })
    return responder
  }
}
