import { KeyUnavailable } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import {
  algorithmIdentifier,
  type CertStatus,
  crlReasonOf,
  DerError,
  decodeOcspRequest,
  encodeOcspError,
  encodeOcspRequest,
  encodeOcspResponse,
  encodeOcspResponseData,
  type OcspErrorStatus,
  type OcspRequest,
  type SingleResponse,
  serialToHex,
} from '@chancery/x509'
import type { OpenIssuer } from '../issuers/issuers.ts'
import { oncePerTurn } from '../issuers/once-per-turn.ts'
import { answerCache, mayBeKept } from './answer-cache.ts'
import { atMost } from './at-most.ts'
import { isIssuerOf } from './cert-id-issuer.ts'
import { endOfTurn } from './end-of-turn.ts'
import { type KeptStatus, keptStatuses, type StatusAt } from './kept-statuses.ts'
import type { ResponderOf } from './ocsp-responder.ts'
import type { RevocationVersion, StatusOfSerial } from './revocation-ledger.ts'

const HOUR = 3_600_000
/** How long an answer says that it is good for. */
const VALIDITY_MS = 24 * HOUR
/** A kept answer is signed anew when half of that is over. */
const KEPT_MS = VALIDITY_MS / 2
/** Answers with a nonce are signed one by one: so many at once for one CA, then the kept answer without nonce must do. */
const FRESH_AT_ONCE = 64
/** Signatures for one CA that run or wait at once: whoever asks for ever-new serials must not hold up what is issued. */
const SIGNED_AT_ONCE = 256
/** Clocks of relying parties that are a little behind. */
const BACKDATE_MS = 60_000

const turnEnds = endOfTurn()

/** What answering needs of the world. */
export interface OcspService {
  readonly openGeneration: (tenant: string, generation: string) => Promise<OpenIssuer>
  readonly responderOf: ResponderOf
  readonly statusOfSerial: StatusOfSerial
  readonly revocationVersion: RevocationVersion
  readonly now: () => number
  /** Whether an error means that what is stored cannot be read for now. */
  readonly isUnavailable: (error: unknown) => boolean
  /** Told of a fault of ours, whose answer is `internalError`, and of the first question that found nothing stored to read. */
  readonly report: (error: unknown, generation: string) => void
  /** Hears of each answer. */
  readonly observe?: ObserveOcsp
}

/** How an answer came about: kept from before, signed for this request, or an error of OCSP. */
export type ObserveOcsp = (answer: 'kept' | 'signed' | OcspErrorStatus) => void

/** An answer as it goes out. Times are milliseconds; absent for what must not be cached. */
export interface OcspAnswer {
  readonly der: Uint8Array
  readonly validity?: { readonly thisUpdate: number; readonly nextUpdate: number }
  /** It repeats the nonce of one request, and is of no use to another. */
  readonly forOneRequest?: true
}

/** The responder of all generations of all CAs. */
export interface OcspAnswers {
  /** Answers a request (DER) for this generation. Never throws for what a client sent: such answers say what is wrong. */
  answer(generation: Generation, request: Uint8Array): Promise<OcspAnswer>
}

/**
 * Answers OCSP requests (RFC 6960, in the profile of RFC 9919 but for docs/divergences/ocsp.md). Signed answers are kept by the
 * octets of their request, and a kept answer goes out only while nothing was revoked since: a revocation shows at the next request,
 * in every process.
 */
export function ocspAnswers(service: OcspService): OcspAnswers {
  const cache = answerCache()
  // Also where the version is kept: what came in one turn is then answered at one go. Answered one by one, with the connection
  // between, a kept answer took twice the time.
  const currentVersion = oncePerTurn(service.revocationVersion)
  const fresh = atMost(FRESH_AT_ONCE)
  const signing = atMost(SIGNED_AT_ONCE)
  const statusAt = keptStatuses(service.statusOfSerial, service.now)
  let isAway = false

  const failed = (error: unknown, { generation }: Generation): OcspAnswer => {
    const unavailable = service.isUnavailable(error)
    const status = unavailable ? 'tryLater' : errorStatus(error)
    service.observe?.(status)
    // Relying parties ask thousands of times while a database is away: one line tells as much.
    if (status === 'internalError' || (unavailable && !isAway)) service.report(error, generation)
    isAway ||= unavailable
    return { der: encodeOcspError(status) }
  }

  const signFor = (at: Generation, version: number, request: OcspRequest): Promise<OcspAnswer> =>
    signing.run(at.generation, () => sign(at, { version, statusAt }, request, service)) ??
    Promise.reject(new KeyUnavailable('enough answers of this CA are being signed'))
  const kept = (at: Generation, version: number, request: OcspRequest): OcspAnswer | Promise<OcspAnswer> => {
    const now = service.now()
    return (
      cache.find(at.generation, version, request.der, now) ??
      cache.keep(at.generation, version, request.der, now + KEPT_MS, signFor(at, version, request))
    )
  }
  const withNonce = (at: Generation, version: number, request: OcspRequest): OcspAnswer | Promise<OcspAnswer> =>
    fresh.run(at.generation, () => signFor(at, version, request)) ?? kept(at, version, withoutNonce(request))

  return {
    async answer(at, requestDer) {
      try {
        const version = await currentVersion(at.generation)
        isAway = false
        const found = mayBeKept(requestDer) ? cache.find(at.generation, version, requestDer, service.now()) : undefined
        // Awaited here: what another's question failed by is an OCSP answer for this one too.
        if (found !== undefined) {
          const answer = found instanceof Promise ? await found : found
          service.observe?.('kept')
          return answer
        }
        const request = decodeOcspRequest(requestDer)
        const answer = await (request.nonce === undefined
          ? kept(at, version, request)
          : withNonce(at, version, request))
        // The only error that is given as an answer: not our issuer, or not ours to say.
        service.observe?.(answer.validity === undefined ? 'unauthorized' : 'signed')
        return answer
      } catch (error) {
        return failed(error, at)
      }
    },
  }
}

/** The same question as most clients ask it: what was answered to them does for this one too. */
function withoutNonce({ requests, ...request }: OcspRequest): OcspRequest {
  return { ...request, requests, der: encodeOcspRequest({ requests }), nonce: undefined }
}

interface Generation {
  readonly tenant: string
  readonly generation: string
}

/** What is known of a generation's certificates, at a moment of its revocations. */
interface Statuses {
  readonly version: number
  readonly statusAt: StatusAt
}

async function sign(
  { tenant, generation }: Generation,
  statuses: Statuses,
  request: OcspRequest,
  service: OcspService,
): Promise<OcspAnswer> {
  const open = await service.openGeneration(tenant, generation)
  if (!request.requests.every(({ certId }) => isIssuerOf(certId, open))) return { der: encodeOcspError('unauthorized') }
  const asked = request.requests.map(({ certId }) => statusOf(certId.serialNumber, open, statuses))
  // Most are kept, and one promise for each answer less is worth a line.
  const found = asked.some((status) => status instanceof Promise) ? await Promise.all(asked) : asked
  if (found.includes('not-ours-to-say')) return { der: encodeOcspError('unauthorized') }

  const responder = await service.responderOf(tenant, generation, statuses.version)
  const producedAt = Math.floor(service.now() / 1000) * 1000
  const thisUpdate = producedAt - BACKDATE_MS
  const nextUpdate = Math.min(producedAt + VALIDITY_MS, responder.notAfter)
  const responseData = encodeOcspResponseData({
    responderId: { type: 'byKey', keyHash: responder.keyHash },
    producedAt,
    responses: request.requests.map(
      ({ certId }, i): SingleResponse => ({ certId, certStatus: found[i] as CertStatus, thisUpdate, nextUpdate }),
    ),
    nonce: request.nonce,
  })
  const signature = await responder.sign(responseData)
  // What else this turn brings is read before the answers go out: the thread that signs then has its next questions.
  await turnEnds()
  const der = encodeOcspResponse({
    responseData,
    signatureAlgorithm: algorithmIdentifier(responder.algorithm),
    signature,
    certificates: [responder.certificate],
  })
  const validity = { thisUpdate, nextUpdate }
  return request.nonce === undefined ? { der, validity } : { der, validity, forOneRequest: true }
}

type SaidStatus = CertStatus | 'not-ours-to-say'

function statusOf(
  serial: bigint,
  { stored: { generation } }: OpenIssuer,
  { version, statusAt }: Statuses,
): SaidStatus | Promise<SaidStatus> {
  const found = serial > 0n ? statusAt(generation.id, version, serialToHex(serial)) : undefined
  if (found instanceof Promise) return found.then((status) => saidStatus(status, generation))
  return saidStatus(found, generation)
}

/** A serial that an imported CA may have issued before it came here is not ours to call unknown. */
function saidStatus(found: KeptStatus | undefined, { historyKnown }: OpenIssuer['stored']['generation']): SaidStatus {
  if (found === undefined) return historyKnown ? { type: 'unknown' } : 'not-ours-to-say'
  if (found.revocation === undefined) return { type: 'good' }
  return { type: 'revoked', revokedAt: found.revocation.revokedAt, reason: crlReasonOf(found.revocation.reason) }
}

/** What any other error becomes on the wire (RFC 6960 §2.3). A fault of ours is `internalError`, and its cause stays here. */
function errorStatus(error: unknown): OcspErrorStatus {
  if (error instanceof DerError) return 'malformedRequest'
  if (error instanceof KeyUnavailable) return 'tryLater'
  if (error instanceof Refusal) return 'unauthorized'
  return 'internalError'
}
