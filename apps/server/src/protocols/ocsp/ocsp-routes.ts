import { encodeOcspError } from '@chancery/x509'
import type { FindGenerationByPublicId } from '../../issuers/issuer-store.ts'
import { HttpProblem } from '../../platform/problem.ts'
import type { PublicAnswer, PublicRequest, PublicRoute } from '../../platform/public-routes.ts'
import type { OcspAnswer, OcspAnswers } from '../../revocation/answer-ocsp.ts'
import { cachingHeaders } from './caching-headers.ts'
import { keptGenerations } from './kept-generations.ts'
import { requestInPath } from './request-in-path.ts'

/** What answering over HTTP needs. */
export interface OcspService {
  readonly findGeneration: FindGenerationByPublicId
  readonly answer: OcspAnswers['answer']
  /** Whether an error means that what is stored cannot be read for now. */
  readonly isUnavailable: (error: unknown) => boolean
  readonly now: () => number
}

/** Where in an HTTP request the OCSP request is: DER, or what is no DER, and is answered as such. */
type Asked = (request: PublicRequest) => Uint8Array

const ROUTES = [
  //  method   path                      the request
  ['POST', '/ocsp/:generation', inBody],
  ['POST', '/ocsp/:generation/*', inBody],
  ['GET', '/ocsp/:generation', () => NONE],
  ['GET', '/ocsp/:generation/*', inPath],
] as const satisfies readonly (readonly [method: 'GET' | 'POST', path: string, asked: Asked])[]

const NONE = new Uint8Array()
/** A request of thousands of certificates is no request of a relying party. */
const LONGEST_BODY = 16 * 1024

const UNKNOWN_GENERATION: OcspAnswer = { der: encodeOcspError('unauthorized') }
const TRY_LATER: OcspAnswer = { der: encodeOcspError('tryLater') }

/**
 * OCSP over HTTP, RFC 6960 Appendix A.1 and RFC 9919 §6. The status is 200 whatever the answer says, for clients look into the
 * answer alone; a generation that is not ours gets `unauthorized` (RFC 9919 §3.2.3), and while nothing stored can be read everybody gets `tryLater`.
 */
export function ocspRoutes(service: OcspService): readonly PublicRoute[] {
  const findGeneration = keptGenerations(service.findGeneration)
  const headersOf = cachingHeaders()

  const answerTo = async (request: PublicRequest, asked: Asked): Promise<PublicAnswer> => {
    const der = asked(request)
    try {
      const generation = await findGeneration(request.params['generation'] ?? '')
      return present(generation === undefined ? UNKNOWN_GENERATION : await service.answer(generation, der))
    } catch (error) {
      if (service.isUnavailable(error)) return present(TRY_LATER)
      throw error
    }
  }
  const present = (answer: OcspAnswer): PublicAnswer => ({
    status: 200,
    mediaType: 'application/ocsp-response',
    ...headersOf(answer, service.now()),
    body: answer.der,
  })

  return ROUTES.map(([method, path, asked]) => ({
    audience: 'relying-parties',
    methods: [method],
    path,
    summary: 'The status of certificates of a generation of a CA',
    bodyLimit: LONGEST_BODY,
    handle: (request) => answerTo(request, asked),
  }))
}

/** RFC 6960 Appendix A.1. Some programs say nothing of what they send, or only that it is bytes. */
function inBody({ headers, body }: PublicRequest): Uint8Array {
  const mediaType = headers['content-type']
  if (mediaType === undefined || /^\s*application\/(ocsp-request|octet-stream)\s*(;|$)/i.test(mediaType)) return body
  throw new HttpProblem('unsupported-media-type', 'Send the request as application/ocsp-request.')
}

function inPath({ rawPath }: PublicRequest): Uint8Array {
  return requestInPath(rawPath.slice(rawPath.indexOf('/', '/ocsp/'.length) + 1)) ?? NONE
}
