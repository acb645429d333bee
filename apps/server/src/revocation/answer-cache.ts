import { mayHaveNonce } from '@chancery/x509'
import type { OcspAnswer } from './answer-ocsp.ts'

/** Answers of all CAs together: about a kilobyte each. */
const MOST = 20_000
/** Requests in one answer's name at the most: longer ones name several certificates and are not worth keeping. */
const LONGEST_REQUEST = 256

interface Kept {
  readonly version: number
  readonly until: number
  readonly answer: Promise<OcspAnswer>
  readonly ready: { answer?: OcspAnswer }
}

/** Signed answers by the octets of their request, each for one revocation version of its generation. */
export interface AnswerCache {
  find(
    generation: string,
    version: number,
    request: Uint8Array,
    now: number,
  ): OcspAnswer | Promise<OcspAnswer> | undefined
  /** Keeps what is being signed, so that the same question asked meanwhile waits for it; what fails, or names no validity, is not kept. */
  keep(
    generation: string,
    version: number,
    request: Uint8Array,
    until: number,
    answer: Promise<OcspAnswer>,
  ): Promise<OcspAnswer>
}

/** Whether it is worth looking for an answer to this request before it is read: what answers a nonce is kept for nobody. */
export function mayBeKept(request: Uint8Array): boolean {
  return request.length <= LONGEST_REQUEST && !mayHaveNonce(request)
}

/** An empty cache; what was used least lately leaves first. */
export function answerCache(most = MOST): AnswerCache {
  const kept = new Map<string, Kept>()
  const keyOf = (generation: string, request: Uint8Array) =>
    `${generation} ${Buffer.from(request.buffer, request.byteOffset, request.length).toString('latin1')}`

  return {
    find(generation, version, request, now) {
      if (request.length > LONGEST_REQUEST) return undefined
      const key = keyOf(generation, request)
      const found = kept.get(key)
      if (found === undefined) return undefined
      kept.delete(key)
      if (found.version !== version || now >= Math.min(found.until, nextUpdateOf(found))) return undefined
      kept.set(key, found)
      return found.ready.answer ?? found.answer
    },
    async keep(generation, version, request, until, answer) {
      if (request.length > LONGEST_REQUEST) return answer
      const key = keyOf(generation, request)
      const ready: Kept['ready'] = {}
      const entry = { version, until, answer, ready }
      const drop = () => {
        if (kept.get(key) === entry) kept.delete(key)
      }
      kept.set(key, entry)
      for (const oldest of kept.keys()) {
        if (kept.size <= most) break
        kept.delete(oldest)
      }
      try {
        const value = await answer
        if (value.validity === undefined) drop()
        ready.answer = value
        return value
      } catch (error) {
        drop()
        throw error
      }
    },
  }
}

/** What is close to the end of its responder says that it is good for less. */
function nextUpdateOf({ ready }: Kept): number {
  return ready.answer?.validity?.nextUpdate ?? Number.POSITIVE_INFINITY
}
