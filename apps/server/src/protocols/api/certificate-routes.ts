import {
  BulkResults,
  Certificate,
  CertificatePage,
  CertificateQuery,
  fromTimestamp,
  Id,
  IssueCertificate,
  IssuedCertificate,
  PendingCertificate,
  Revoke,
  RevokeMany,
} from '@chancery/api'
import { Refusal } from '@chancery/pki'
import { BasicConstraints, decodeCertificate, findExtension } from '@chancery/x509'
import { Type } from 'typebox'
import type { Principal } from '../../accounts/roles.ts'
import type { Act } from '../../audit/audit-record.ts'
import type { RegisteredCertificate } from '../../certificates/certificate-register.ts'
import { enroll } from '../../enrollment/enroll.ts'
import { outcomeOf } from '../../enrollment/outcome-of.ts'
import { readCsr } from '../../enrollment/read-csr.ts'
import { revoke, unrevoke } from '../../revocation/revoke.ts'
import { type ApiDomain, mayUsePrivileged, route } from './api-domain.ts'
import { filterOf } from './certificate-filter.ts'
import { CERTIFICATE_MEDIA_TYPES, downloadOf, FORMATS } from './downloads.ts'
import { findCertificate, OF_CERTIFICATE } from './find-certificate.ts'
import { inBulk } from './in-bulk.ts'
import { chainOf, issuedAnswer, pendingAnswer } from './issued-answer.ts'
import { overridesOf } from './overrides.ts'
import { presentCertificate, presentSummary } from './present-certificate.ts'
import { templateOf } from './template-of.ts'

const BY_ID = Type.Object({ id: Id })

export const CERTIFICATE_ROUTES = [
  route({
    method: 'POST',
    path: '/api/v1/certificates',
    role: 'officer',
    reach: { authorityOf: async ({ domain, body }) => (await domain.stores.templates.find(body.template))?.authority },
    operationId: 'issueCertificate',
    summary: 'Issue a certificate at once',
    description:
      'For a CSR, by a template. Not under a privileged template: there a request is submitted, and an administrator signs it. 202 when the key of the CA cannot be reached: the certificate is then issued as soon as it can.',
    schema: { body: IssueCertificate, response: { 201: IssuedCertificate, 202: PendingCertificate } },
    creates: { present: ({ domain }, id) => issuedAnswer(id, domain) },
    async handle({ principal, domain, act, body }) {
      const { template: id, csr, ...wishes } = body
      const template = await templateOf(id, domain)
      const ask = {
        request: await readCsr(csr),
        wishes: overridesOf(wishes),
        evidence: evidenceOf(principal),
        template,
      }
      const outcome = await enroll(ask, act, domain.door)
      return issuedAnswer(outcome.id, domain)
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/certificates',
    role: 'auditor',
    reach: { authorityOfItem: (item) => Object(item).authority },
    operationId: 'listCertificates',
    summary: 'List and search certificates',
    description:
      'All filters that are given must hold. Newest first; in the order of names when searched by name, of expiry when filtered by expiry or template. A page may be short and still have a `next`.',
    schema: { querystring: CertificateQuery, response: { 200: CertificatePage } },
    async handle({ domain, authorities, query: { limit, after, ...query }, act }) {
      const filter = { ...filterOf(query), ...(authorities !== undefined && { authorities }) }
      const page = await domain.stores.certificates.list(filter, act.at, {
        limit,
        ...(after !== undefined && { after }),
      })
      return { status: 200, body: { ...page, items: page.items.map((item) => presentSummary(item, act.at)) } }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/certificates/:id',
    role: 'auditor',
    reach: OF_CERTIFICATE,
    operationId: 'showCertificate',
    summary: 'Show a certificate',
    description: '202 while it waits for its signature.',
    schema: { params: BY_ID, response: { 200: Certificate, 202: PendingCertificate } },
    async handle({ domain, params, act }) {
      const registered = await domain.stores.certificates.find(params.id)
      if (registered !== undefined) return { status: 200, body: presentCertificate(registered, act.at) }
      const outcome = await outcomeOf(params.id, domain.door.issuance.ledger)
      if (outcome.state === 'pending') return pendingAnswer(params.id)
      return { status: 200, body: presentCertificate(await findCertificate(params.id, domain), act.at) }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/certificates/:id/download',
    role: 'auditor',
    reach: OF_CERTIFICATE,
    operationId: 'downloadCertificate',
    summary: 'Download a certificate',
    schema: {
      params: BY_ID,
      querystring: Type.Object({
        format: Type.Unsafe<(typeof FORMATS)[number]>(
          Type.Enum([...FORMATS], {
            default: 'pem',
            description:
              '`chain` is PEM with the CA certificates above it, nearest first; `pkcs7` the same as certs-only PKCS#7.',
          }),
        ),
      }),
      response: { 200: Type.Unsafe<Uint8Array>(Type.String({ description: 'The certificate.' })) },
    },
    mediaTypes: CERTIFICATE_MEDIA_TYPES,
    async handle({ domain, params, query }) {
      const registered = await findCertificate(params.id, domain)
      const name = nameOf(registered)
      return { status: 200, ...downloadOf(await chainOf(registered, domain), query.format, name) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/certificates/:id/revoke',
    role: 'officer',
    reach: OF_CERTIFICATE,
    operationId: 'revokeCertificate',
    needsLittleRoom: true,
    summary: 'Revoke a certificate',
    description: 'Certificates of CAs and of their services need an administrator: without them a CA ends.',
    schema: { params: BY_ID, body: Revoke, response: { 200: Certificate } },
    async handle(call) {
      const revoked = await revokeOne(call.params.id, call.body, call)
      return { status: 200, body: presentCertificate(revoked, call.act.at) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/certificates/:id/unrevoke',
    role: 'officer',
    reach: OF_CERTIFICATE,
    operationId: 'unrevokeCertificate',
    summary: 'End a hold',
    schema: { params: BY_ID, response: { 200: Certificate } },
    async handle({ domain, params, act }) {
      const certificate = await unrevoke(params.id, act, domain.stores.revocations)
      return { status: 200, body: presentCertificate(certificate, act.at) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/certificates/revoke',
    role: 'officer',
    reach: {
      authorityOf: async ({ domain, body }) =>
        (await Promise.all(body.ids.map((id) => domain.stores.certificates.find(id)))).map((one) => one?.authority),
    },
    operationId: 'revokeCertificates',
    needsLittleRoom: true,
    summary: 'Revoke many certificates',
    schema: { body: RevokeMany, response: { 200: BulkResults } },
    async handle(call) {
      const { ids, ...revocation } = call.body
      const results = await inBulk(ids, async (id) => {
        await revokeOne(id, revocation, call)
        return { outcome: 'done', certificate: id }
      })
      return { status: 200, body: results }
    },
  }),
]

/** The right of a program with a token. Throws `Refusal` 'forbidden' for whoever comes otherwise. */
function evidenceOf({ account, token }: Principal) {
  if (token !== undefined) return { by: 'api-token', account, token } as const
  throw new Refusal('forbidden', 'Certificates are issued at once for API tokens. Submit a request, and sign it.')
}

type RevokeBody = Pick<Parameters<typeof revoke>[0], 'reason'> & { readonly invalidityDate?: string }

/** Revokes a certificate. Throws `Refusal` 'forbidden' where less than an administrator would end a CA. */
async function revokeOne(
  id: string,
  body: RevokeBody,
  { principal, domain, act }: { readonly principal: Principal; readonly domain: ApiDomain; readonly act: Act },
): Promise<RegisteredCertificate> {
  const certificate = await findCertificate(id, domain)
  if (!mayUsePrivileged(principal, certificate.authority) && carriesAuthority(certificate)) {
    throw new Refusal(
      'forbidden',
      'This certificate carries a CA or one of its services: only administrators revoke it.',
    )
  }
  return revoke(revocationOf(id, body), act, domain.stores.revocations)
}

/** Whether a CA, or what answers for one, ends with this certificate. */
function carriesAuthority({ evidence, der }: RegisteredCertificate): boolean {
  if (evidence?.by === 'system') return true
  return der !== undefined && findExtension(decodeCertificate(der).extensions, BasicConstraints)?.ca === true
}

function revocationOf(certificate: string, { reason, invalidityDate }: RevokeBody) {
  return {
    certificate,
    reason,
    ...(invalidityDate !== undefined && { invalidityAt: fromTimestamp(invalidityDate) }),
  }
}

/** What its file is called: its common name where it has one. */
function nameOf({ subject, serialNumber }: RegisteredCertificate): string {
  return /(?:^|[,+])CN=((?:\\.|[^,+\\])+)/.exec(subject)?.[1] ?? serialNumber
}
