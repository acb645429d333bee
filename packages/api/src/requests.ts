import { type Static, Type } from 'typebox'
import { closed, lineOfText, listOf, wordOf } from './closed.ts'
import { DecodedRequest } from './decoded.ts'
import { ref } from './named.ts'
import { SubjectAltName } from './names.ts'
import { OVERRIDES } from './overrides.ts'
import { PAGE_QUERY, pageOf } from './page.ts'
import { Preview } from './previews.ts'
import { Id, Pem, Timestamp } from './values.ts'

export const REQUEST_STATUS_WORDS = ['pending', 'signing', 'issued', 'declined'] as const

export const RequestStatus = wordOf(REQUEST_STATUS_WORDS, {
  $id: 'RequestStatus',
  description: '`signing`: it was approved, and the key of the CA could not be reached yet.',
})

const SUMMARY = {
  id: Id,
  authority: Id,
  template: Id,
  status: ref(RequestStatus),
  subject: Type.String({ description: 'Of the CSR, RFC 4514.' }),
  subjectAltNames: listOf(ref(SubjectAltName), { description: 'Of the CSR.' }),
  requestedBy: closed(
    {
      account: Type.String(),
      token: Type.Optional(Type.String({ description: 'The id of the API token.' })),
    },
    { description: 'Who asked.' },
  ),
  createdAt: Timestamp,
  decidedAt: Type.Optional(Timestamp),
  decidedBy: Type.Optional(Type.String({ description: 'Whose account decided.' })),
  note: Type.Optional(Type.String({ description: 'Why it was declined, or why its issuance was given up.' })),
  certificate: Type.Optional(Id),
}

export const RequestSummary = closed(SUMMARY, {
  $id: 'RequestSummary',
  description: 'A request for a certificate, as lists show it.',
})
export type RequestSummary = Static<typeof RequestSummary>

export const CertificateRequest = closed(
  {
    ...SUMMARY,
    csr: Pem,
    decoded: ref(DecodedRequest),
    wishes: closed(OVERRIDES, { description: 'What the requester wants in place of what the CSR says.' }),
    templateRevision: Type.Integer({ description: 'The revision of the template when the request came.' }),
    templateChanged: Type.Boolean({ description: 'Whether the template was changed or deleted since.' }),
    preview: Type.Optional(ref(Preview)),
  },
  {
    $id: 'CertificateRequest',
    description: 'A request for a certificate. While it is pending, `preview` shows what signing it now would issue.',
  },
)
export type CertificateRequest = Static<typeof CertificateRequest>

export const RequestPage = pageOf('RequestPage', ref(RequestSummary))
export const RequestQuery = Type.Object({
  ...PAGE_QUERY,
  authority: Type.Optional(Id),
  template: Type.Optional(Id),
  status: Type.Optional(wordOf(REQUEST_STATUS_WORDS)),
})

export const SubmitRequest = closed(
  { template: Id, csr: Pem, ...OVERRIDES },
  { $id: 'SubmitRequest', description: 'A CSR that somebody has to approve.' },
)

export const SignRequest = closed(
  {
    ...OVERRIDES,
    templateRevision: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'The revision of the template that the approver saw: 409 when it was changed since.',
      }),
    ),
  },
  {
    $id: 'SignRequest',
    description: 'What the approver puts in place of what was requested. What is left out stays as it was requested.',
  },
)

const NOTE = Type.Optional(lineOfText(1000, 'Why, for whoever asked.'))
const IDS = listOf(Id, { minItems: 1, maxItems: 200, uniqueItems: true })

export const DeclineRequest = closed({ note: NOTE }, { $id: 'DeclineRequest', description: 'A no.' })
export const SignRequests = closed(
  { ids: IDS },
  { $id: 'SignRequests', description: 'Signs each as it was requested.' },
)
export const DeclineRequests = closed(
  { ids: IDS, note: NOTE },
  { $id: 'DeclineRequests', description: 'Declines each.' },
)
