import { createHash } from 'node:crypto'
import { encodeCmsCertificates, encodePem } from '@chancery/x509'
import type { FindGenerationByPublicId } from '../../issuers/issuer-store.ts'
import type { OpenIssuer } from '../../issuers/issuers.ts'
import { plainText } from '../../platform/plain-text.ts'
import type { PublicAnswer, PublicRoute } from '../../platform/public-routes.ts'

/** What serving CA certificates needs. */
export interface AiaService {
  readonly findGeneration: FindGenerationByPublicId
  readonly openGeneration: (tenant: string, generation: string) => Promise<OpenIssuer>
}

/** A generation's active certificate (DER) and those above it, nearest first. */
type Chain = readonly [certificate: Uint8Array, ...above: Uint8Array[]]

const ROUTES = [
  //  path                    media type                                     what                      octets
  ['/aia/:generation.cer', 'application/pkix-cert', 'The certificate of a generation of a CA', ([own]) => own],
  ['/aia/:generation.p7c', 'application/pkcs7-mime; smime-type=certs-only', 'Its chain as PKCS#7', certsOnly],
  ['/aia/:generation.pem', 'application/pem-certificate-chain', 'Its chain in PEM', pemChain],
] as const satisfies readonly (readonly [string, string, string, (chain: Chain) => Uint8Array | string])[]

/** A renewal with the same key changes the certificate at an address; chains that were built from the old one stay good. */
const CACHE_CONTROL = 'public, max-age=3600'

/**
 * CA certificates for those who follow caIssuers, RFC 5280 §4.2.2.1: DER, or certs-only PKCS#7. They go on being served when the
 * CA was renewed, archived or deleted: certificates that name the address live on.
 */
export function aiaRoutes(service: AiaService): readonly PublicRoute[] {
  return ROUTES.map(([path, mediaType, summary, octetsOf]) => ({
    audience: 'relying-parties',
    methods: ['GET'],
    path,
    summary,
    handle: async ({ params }) => {
      const open = await findIssuer(params['generation'] ?? '', service)
      const chain = open && chainOf(open)
      if (open === undefined || chain === undefined)
        return plainText(404, 'There is no CA certificate at this address.')
      return present(octetsOf(chain), mediaType, open)
    },
  }))
}

async function findIssuer(publicId: string, service: AiaService): Promise<OpenIssuer | undefined> {
  const found = await service.findGeneration(publicId)
  return found && service.openGeneration(found.tenant, found.generation)
}

function chainOf({ stored, issuer }: OpenIssuer): Chain | undefined {
  return issuer && [issuer.certificate.der, ...stored.chain]
}

/** Last-Modified only informs: a chain can change while the certificate stays, so the ETag alone tells versions apart. */
function present(body: Uint8Array | string, mediaType: string, { issuer }: OpenIssuer): PublicAnswer {
  return {
    status: 200,
    mediaType,
    etag: `"${createHash('sha256').update(body).digest('hex')}"`,
    headers: {
      'cache-control': CACHE_CONTROL,
      ...(issuer && { 'last-modified': new Date(issuer.certificate.notBefore).toUTCString() }),
    },
    body,
  }
}

function certsOnly(chain: Chain): Uint8Array {
  return encodeCmsCertificates({ certificates: chain })
}

/** RFC 8555 §9.1 names the media type: each certificate certifies the one before it. */
function pemChain(chain: Chain): string {
  return chain.map((der) => encodePem('CERTIFICATE', der)).join('')
}
