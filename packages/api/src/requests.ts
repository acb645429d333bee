import { type Static, Type } from 'typebox'
import { closed, lineOfText, listOf, wordOf } from './closed.ts'
import { DecodedRequest } from './decoded.ts'
import { Email } from './members.ts'
import { ref } from './named.ts'
import { SubjectAltName } from './names.ts'
import { OVERRIDES } from './overrides.ts'
import { PAGE_QUERY, pageOf } from './page.ts'
import { Preview } from './previews.ts'
import { Id, Pem, Timestamp } from './values.ts'

export const REQUEST_STATUS_WORDS = ['pending', 'approved', 'signing', 'issued', 'declined'] as const
export const REQUEST_KIND_WORDS = ['csr', 'public-csr', 'form', 'pre-approved', 'renewal'] as const

export const RequestStatus = wordOf(REQUEST_STATUS_WORDS, {
  $id: 'RequestStatus',
  description:
    '`approved`: its certificate is there to be claimed. `signing`: it was signed, and the key of the CA could not be reached yet.',
})

const SUMMARY = {
  id: Id,
  authority: Id,
  template: Id,
  status: ref(RequestStatus),
  kind: wordOf(REQUEST_KIND_WORDS, {
    description:
      '`csr`: submitted by a member. `public-csr` and `form`: asked for on the public page, with a CSR or without. `pre-approved`: approved before anybody asked. `renewal`: by the key of an earlier certificate, for more names than it had. CSRs are signed; forms are approved, and claimed like what was pre-approved.',
  }),
  subject: Type.String({ description: 'Of the CSR, or of what was asked for or approved; RFC 4514.' }),
  subjectAltNames: listOf(ref(SubjectAltName), { description: 'Of the same.' }),
  requestedBy: closed(
    {
      account: Type.Optional(Type.String()),
      email: Type.Optional(Type.String({ description: 'Whom mails about it go to; a stranger has confirmed it.' })),
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
    csr: Type.Optional(Pem),
    decoded: Type.Optional(ref(DecodedRequest)),
    approved: Type.Optional(closed(OVERRIDES, { description: 'What was approved: it binds whoever claims.' })),
    claim: Type.Optional(
      closed(
        { expiresAt: Timestamp, spent: Type.Boolean({ description: 'Whether a certificate was made of it.' }) },
        { description: 'The link that was sent last.' },
      ),
    ),
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

export const ApproveRequests = closed(
  { ids: IDS },
  { $id: 'ApproveRequests', description: 'Approves each form as it was requested.' },
)
export const ResendRequests = closed(
  { ids: IDS },
  { $id: 'ResendRequests', description: 'Sends another link for each.' },
)

export const PreApprove = closed(
  {
    template: Id,
    email: Type.Optional({
      ...Email,
      description: 'Whom the claim goes to. Absent: the link is shown, to be redeemed or passed on.',
    }),
    ...OVERRIDES,
  },
  {
    $id: 'PreApprove',
    description: 'A certificate that is approved before anybody asks: whoever has the link makes the key.',
  },
)

export const SentClaim = closed(
  {
    request: Id,
    mailed: Type.Boolean({ description: 'Whether the link goes out by mail: then nobody else sees it.' }),
    link: Type.Optional(Type.String({ description: 'Shown once: a repeated call does not show it again.' })),
    note: Type.Optional(Type.String({ description: 'How to get another link.' })),
  },
  { $id: 'SentClaim', description: 'The link by which a certificate is claimed, for 7 days.' },
)
export type SentClaim = Static<typeof SentClaim>

export const InviteToRequest = closed(
  { email: Email },
  { $id: 'InviteToRequest', description: 'Who is asked to request a certificate.' },
)
export const RequestPageAddress = closed(
  {
    address: Type.String({ description: 'The public page of the template. It grants nothing.' }),
    mailed: Type.Boolean(),
  },
  { $id: 'RequestPageAddress', description: 'Where certificates are asked for.' },
)
