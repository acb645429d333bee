import { Readable } from 'node:stream'
import { AuthorityDeletion, AuthorityServiceUrls, Id, Preview, PreviewProfile, toTimestamp } from '@chancery/api'
import { Refusal } from '@chancery/pki'
import { Type } from 'typebox'
import type { Generation } from '../../issuers/authority.ts'
import { route } from './api-domain.ts'
import {
  attachment,
  CERTIFICATE_MEDIA_TYPES,
  CSR_MEDIA_TYPES,
  csrDownload,
  downloadOf,
  FORMATS,
  safeName,
} from './downloads.ts'
import { exportRegister } from './export-register.ts'
import { findAuthority } from './find-authority.ts'
import { previewOf } from './preview-of.ts'
import { profileOf } from './profile.ts'
import { authorityServiceUrls } from './service-urls.ts'

const BY_ID = Type.Object({ id: Id })
const OF_ITSELF = { authorityParam: 'id' } as const
const GENERATION = Type.Optional(Id)
const EXPORT_MEDIA_TYPE = 'application/x-ndjson'

/** What is fetched of a CA beside itself: files, addresses, and what deleting it would mean. */
export const AUTHORITY_FILE_ROUTES = [
  route({
    method: 'GET',
    path: '/api/v1/authorities/:id/csr',
    role: 'auditor',
    reach: OF_ITSELF,
    operationId: 'downloadAuthorityCsr',
    summary: 'Download the CSR of a CA',
    description:
      'At any time. Of the generation that awaits its certificate, else of the newest, unless `generation` says otherwise.',
    schema: {
      params: BY_ID,
      querystring: Type.Object({
        format: Type.Unsafe<'pem' | 'der'>(Type.Enum(['pem', 'der'], { default: 'pem' })),
        generation: GENERATION,
      }),
      response: { 200: Type.Unsafe<Uint8Array>(Type.String({ description: 'PKCS#10, RFC 2986.' })) },
    },
    mediaTypes: CSR_MEDIA_TYPES,
    async handle({ domain, params, query }) {
      const { name } = await findAuthority(params.id, domain)
      const generations = await domain.stores.authorities.generations(params.id)
      const waiting = generations.find(({ status }) => status === 'awaiting-certificate') ?? generations[0]
      const { csr } = chosen(generations, query.generation, waiting)
      return { status: 200, ...csrDownload(csr, query.format, name) }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/authorities/:id/certificates',
    role: 'auditor',
    reach: OF_ITSELF,
    operationId: 'downloadAuthorityCertificate',
    summary: 'Download the certificate of a CA',
    description: 'The active one of the newest generation that has one, unless `generation` says otherwise.',
    schema: {
      params: BY_ID,
      querystring: Type.Object({
        format: Type.Unsafe<(typeof FORMATS)[number]>(
          Type.Enum([...FORMATS], {
            default: 'pem',
            description: '`chain` is PEM with those above it, nearest first; `pkcs7` the same as certs-only PKCS#7.',
          }),
        ),
        generation: GENERATION,
      }),
      response: { 200: Type.Unsafe<Uint8Array>(Type.String({ description: 'The certificate.' })) },
    },
    mediaTypes: CERTIFICATE_MEDIA_TYPES,
    async handle({ domain, params, query }) {
      const { name } = await findAuthority(params.id, domain)
      const generations = await domain.stores.authorities.generations(params.id)
      const certified = generations.find(({ certificates }) => certificates.length > 0)
      const { id } = chosen(generations, query.generation, certified)
      const { issuer } = await domain.issuers.generation(id)
      if (issuer === undefined) throw new Refusal('not-found', 'This key of the CA has no certificate yet.')
      const above = issuer.chain.slice(1).map(({ der }) => der)
      return { status: 200, ...downloadOf([issuer.certificate.der, ...above], query.format, name) }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/authorities/:id/service-urls',
    role: 'auditor',
    reach: OF_ITSELF,
    operationId: 'showAuthorityServiceUrls',
    summary: 'Show where a CA answers',
    schema: { params: BY_ID, response: { 200: AuthorityServiceUrls } },
    async handle({ domain, params }) {
      return { status: 200, body: await authorityServiceUrls(await findAuthority(params.id, domain), domain) }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/authorities/:id/deletion',
    role: 'auditor',
    reach: OF_ITSELF,
    operationId: 'showAuthorityDeletion',
    summary: 'Show what deleting a CA means',
    schema: { params: BY_ID, response: { 200: AuthorityDeletion } },
    async handle({ domain, params, act }) {
      const { name } = await findAuthority(params.id, domain)
      const { authorities } = domain.stores
      const below = await authorities.liveSubordinates(params.id, act.at)
      const blockers = below.map((authority) => ({ authority: authority.id, name: authority.name }))
      const elsewhere = (await authorities.certifiedElsewhere(params.id, act.at)).map(({ notAfter, ...one }) => ({
        ...one,
        notAfter: toTimestamp(notAfter),
      }))
      const body = { name, blockers, elsewhere, goes: await authorities.extent(params.id, act.at), stays: STAYS }
      return { status: 200, body }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/authorities/:id/export',
    role: 'auditor',
    reach: OF_ITSELF,
    operationId: 'exportRegister',
    summary: 'Export the register of a CA',
    description:
      'Every certificate that it issued, newest first, one JSON object (Certificate) on each line. Two run at once for one account: 429 says when to try again.',
    schema: {
      params: BY_ID,
      response: { 200: Type.Unsafe<Readable>(Type.String({ description: 'A `Certificate` on each line.' })) },
    },
    mediaTypes: [EXPORT_MEDIA_TYPE],
    isLong: true,
    async handle({ domain, params, act }) {
      const { name } = await findAuthority(params.id, domain)
      const body = Readable.from(exportRegister(params.id, act.at, domain.stores.certificates))
      return { status: 200, body, headers: attachment(EXPORT_MEDIA_TYPE, `${safeName(name)}.jsonl`) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/authorities/:id/preview',
    role: 'auditor',
    reach: OF_ITSELF,
    operationId: 'previewProfile',
    summary: 'Show what a profile would issue',
    description: 'For a profile that is not saved yet. Nothing is stored and no key of a CA is used.',
    schema: { params: BY_ID, body: PreviewProfile, response: { 200: Preview } },
    async handle({ domain, params, body: { name = 'unsaved', profile, ...previewed } }) {
      const { id: authority } = await findAuthority(params.id, domain)
      const template = { authority, name, profile: profileOf(profile) }
      return { status: 200, body: await previewOf(previewed, template, domain) }
    },
  }),
]

const STAYS = [
  'Its certificates go on being served where issued certificates point.',
  'A last CRL of each of its keys goes on being served.',
] as const

/** The generation that is asked for, or the one that is meant without. Throws `Refusal` 'not-found'. */
function chosen<G extends Pick<Generation, 'id'>>(
  generations: readonly G[],
  asked: string | undefined,
  otherwise: G | undefined,
): G {
  const generation = asked === undefined ? otherwise : generations.find(({ id }) => id === asked)
  if (generation !== undefined) return generation
  throw asked === undefined
    ? new Refusal('not-found', 'This CA has no certificate yet.')
    : new Refusal('not-found', 'This CA has no such generation.', [
        {
          field: '?generation',
          detail: 'Give the id of one of its generations; GET /api/v1/authorities/… lists them.',
        },
      ])
}
