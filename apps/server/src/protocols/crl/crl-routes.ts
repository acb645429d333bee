import { Readable } from 'node:stream'
import type { FindGenerationByPublicId } from '../../issuers/issuer-store.ts'
import { plainText } from '../../platform/plain-text.ts'
import type { PublicAnswer, PublicRequest, PublicRoute } from '../../platform/public-routes.ts'
import type { CrlId, CrlStore, PublishedCrl } from '../../revocation/crl-store.ts'
import type { CurrentCrls } from '../../revocation/current-crl.ts'
import { crlOctets } from './crl-octets.ts'
import { freshForMs } from './freshness.ts'

/** What serving CRLs needs. */
export interface CrlService {
  readonly findGeneration: FindGenerationByPublicId
  readonly current: CurrentCrls['current']
  readonly read: CrlStore['read']
  readonly now: () => number
}

/** Which CRL of a generation an address names; `undefined` when it can name none. */
type Which = (params: PublicRequest['params']) => Omit<CrlId, 'generation'> | undefined

const ROUTES = [
  //  path                             what                                   which
  ['/crl/:generation.crl', 'The complete CRL of a generation of a CA', () => COMPLETE],
  ['/crl/:generation/delta.crl', 'Its delta CRL', () => DELTA],
  ['/crl/:generation/:partition.crl', 'The CRL of one partition', ({ partition }) => partitionOf(partition)],
] as const satisfies readonly (readonly [path: string, summary: string, which: Which])[]

const COMPLETE = { partition: 0, delta: false } as const
const DELTA = { partition: 0, delta: true } as const

/** CRLs over HTTP, RFC 5280 §4.2.1.13: DER as `application/pkix-crl`. Those of a deleted CA go on being served. */
export function crlRoutes(service: CrlService): readonly PublicRoute[] {
  const octetsOf = crlOctets(service.read)
  return ROUTES.map(([path, summary, which]) => ({
    audience: 'relying-parties',
    methods: ['GET'],
    path,
    summary,
    handle: async ({ method, params }) => {
      const crl = await findCrl(params, which, service)
      if (crl === undefined) return plainText(404, 'There is no CRL at this address.')
      const body = method === 'HEAD' ? Readable.from([]) : await octetsOf(crl)
      return { ...headersOf(crl, service.now()), body }
    },
  }))
}

async function findCrl(
  params: PublicRequest['params'],
  which: Which,
  { findGeneration, current }: CrlService,
): Promise<PublishedCrl | undefined> {
  const id = which(params)
  if (id === undefined) return undefined
  const found = await findGeneration(params['generation'] ?? '')
  return found && current({ ...id, generation: found.generation }, found.tenant)
}

function headersOf(crl: PublishedCrl, now: number): Omit<PublicAnswer, 'body'> {
  const freshFor = freshForMs(crl, now)
  return {
    status: 200,
    mediaType: 'application/pkix-crl',
    etag: `"${crl.digest}"`,
    lastModifiedAt: crl.thisUpdate,
    headers: {
      'content-length': String(crl.size),
      'cache-control': `public, max-age=${Math.floor(freshFor / 1000)}`,
      expires: new Date(now + freshFor).toUTCString(),
    },
  }
}

/** Partitions count from 1. One spelling each, so that caches keep each once. */
function partitionOf(text = ''): Omit<CrlId, 'generation'> | undefined {
  return /^[1-9]\d{0,5}$/.test(text) ? { partition: Number(text), delta: false } : undefined
}
