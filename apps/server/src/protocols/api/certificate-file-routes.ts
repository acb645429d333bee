import { Readable } from 'node:stream'
import { CertificateExportQuery, CertificateHistory, Id } from '@chancery/api'
import { Type } from 'typebox'
import { holds } from '../../accounts/roles.ts'
import { route } from './api-domain.ts'
import { filterOf } from './certificate-filter.ts'
import { certificateHistory } from './certificate-history.ts'
import { attachment } from './downloads.ts'
import { exportCsv } from './export-csv.ts'
import { findAuthority } from './find-authority.ts'
import { findCertificate, OF_CERTIFICATE } from './find-certificate.ts'
import { namesOnce } from './names-once.ts'
import { ownAuthorities } from './own-authorities.ts'

const BY_ID = Type.Object({ id: Id })
const CSV = 'text/csv; charset=utf-8'

/** What is read of certificates beside themselves: files of many, and what became of one. */
export const CERTIFICATE_FILE_ROUTES = [
  route({
    method: 'GET',
    path: '/api/v1/certificates/export',
    role: 'auditor',
    reach: { authorityOf: async ({ query, principal }) => query.authority ?? ownAuthorities(principal) },
    operationId: 'exportCertificates',
    summary: 'Export certificates as CSV',
    description:
      'Those that a list with the same filters has, with a line of headings. Two run at once for one account: 429 says when to try again.',
    schema: {
      querystring: CertificateExportQuery,
      response: { 200: Type.Unsafe<Readable>(Type.String({ description: 'CSV, RFC 4180.' })) },
    },
    mediaTypes: [CSV],
    isLong: true,
    async handle({ principal, domain, query, act }) {
      const { stores } = domain
      if (query.authority !== undefined) await findAuthority(query.authority, domain)
      const nameOf = namesOnce(
        async (id) => ((await stores.templates.find(id)) ?? (await stores.authorities.find(id)))?.name,
      )
      const some = holds(principal, 'auditor') ? {} : { authorities: ownAuthorities(principal) }
      const body = Readable.from(exportCsv({ ...filterOf(query), ...some }, act.at, stores.certificates, nameOf))
      return { status: 200, body, headers: attachment(CSV, 'certificates.csv') }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/certificates/:id/history',
    role: 'auditor',
    reach: OF_CERTIFICATE,
    operationId: 'showCertificateHistory',
    summary: 'Show what became of a certificate',
    description: 'Who asked for it, by which way, who approved it, and what was done with it since.',
    schema: { params: BY_ID, response: { 200: CertificateHistory } },
    async handle({ domain, params }) {
      const items = await certificateHistory(await findCertificate(params.id, domain), domain)
      return { status: 200, body: { items: [...items] } }
    },
  }),
]
