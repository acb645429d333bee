import {
  ApproveRequests,
  BulkResults,
  Id,
  InviteToRequest,
  PreApprove,
  RequestPageAddress,
  ResendRequests,
  SentClaim,
  type SentClaim as SentClaimBody,
  SignRequest,
} from '@chancery/api'
import { Refusal } from '@chancery/pki'
import { Type } from 'typebox'
import { checkEmail } from '../../accounts/person.ts'
import type { Principal } from '../../accounts/roles.ts'
import type { Act } from '../../audit/audit-record.ts'
import { approveForm, preApprove, reopenClaim, resendClaim, type SentClaim as Sent } from '../../enrollment/claims.ts'
import { inviteToRequest } from '../../enrollment/public-requests.ts'
import { revoke } from '../../revocation/revoke.ts'
import { findTemplate } from '../../templates/templates.ts'
import { type ApiDomain, route } from './api-domain.ts'
import { foundRequest, OF_REQUEST, OF_REQUESTS } from './found-request.ts'
import { inBulk } from './in-bulk.ts'
import { type OverridesBody, overridesOf } from './overrides.ts'
import { templateOf } from './template-of.ts'

const BY_ID = Type.Object({ id: Id })

/** What is approved before its key is there: forms of strangers, and what nobody asked for. */
export const CLAIM_ROUTES = [
  route({
    method: 'POST',
    path: '/api/v1/requests/pre-approved',
    role: 'officer',
    reach: { authorityOf: async ({ domain, body }) => (await domain.stores.templates.find(body.template))?.authority },
    operationId: 'preApproveRequest',
    summary: 'Approve a certificate before anybody asks, to be claimed by a link',
    description:
      'Subject, names and validity are fixed here; whoever claims brings the key, and a CSR’s own names count for nothing. The link goes to `email` by mail; without an address, or where no mail leaves, it is shown once, here. Not for privileged templates.',
    schema: { body: PreApprove, response: { 201: SentClaim } },
    creates: {
      async present({ domain }, id) {
        return created(await repeated(id, domain))
      },
    },
    async handle({ principal, domain, act, body: { template: id, email, ...names } }) {
      const template = await templateOf(id, domain)
      const approval = { account: principal.account, approvedAt: act.at }
      const to = email === undefined ? {} : { email: checkEmail(email) }
      const claim = await preApprove({ template, names: overridesOf(names), approval, ...to }, act, domain.requestDesk)
      return created(presentClaim(claim))
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/requests/:id/approve',
    role: 'officer',
    reach: OF_REQUEST,
    operationId: 'approveRequest',
    summary: 'Approve a form: who asked gets the link by which they claim the certificate',
    description: 'Template, rules and CA are judged as they are now, and once more when it is claimed.',
    schema: { params: BY_ID, body: SignRequest, response: { 200: SentClaim } },
    async handle(call) {
      return { status: 200, body: presentClaim(await approve(call.params.id, call, call.body)) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/requests/:id/resend',
    role: 'officer',
    reach: OF_REQUEST,
    operationId: 'resendClaim',
    summary: 'Send another claim link',
    description: 'It lives 7 days from now, and the one before ends.',
    schema: { params: BY_ID, response: { 200: SentClaim } },
    async handle({ domain, params, act }) {
      const request = await foundRequest(params.id, domain)
      return { status: 200, body: presentClaim(await resendClaim(request, act, domain.requestDesk)) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/requests/:id/reopen',
    role: 'officer',
    reach: OF_REQUEST,
    operationId: 'reopenClaim',
    summary: 'Let a certificate be claimed once more, where its key is lost',
    description: 'The first certificate is revoked (superseded), and another link is sent.',
    schema: { params: BY_ID, response: { 200: SentClaim } },
    async handle({ domain, params, act }) {
      const request = await foundRequest(params.id, domain)
      const { certificate, approved, status } = request
      if (status !== 'issued' || certificate === undefined || approved === undefined) {
        throw new Refusal(
          'conflict',
          `This request is ${status}: only a claim that led to a certificate is opened again.`,
        )
      }
      // First, so that two certificates are never valid side by side; what is interrupted here is called again.
      const { revocation } = (await domain.stores.certificates.find(certificate)) ?? {}
      if (revocation === undefined || revocation.reason === HOLD) {
        await revoke({ certificate, reason: 'superseded' }, act, domain.stores.revocations)
      }
      return { status: 200, body: presentClaim(await reopenClaim(request, certificate, act, domain.requestDesk)) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/requests/approve',
    role: 'officer',
    reach: OF_REQUESTS,
    operationId: 'approveRequests',
    summary: 'Approve many forms',
    description: 'Each as it was requested. Where no mail leaves, each result has the link, once.',
    schema: { body: ApproveRequests, response: { 200: BulkResults } },
    async handle(call) {
      const results = await inBulk(call.body.ids, async (id) => {
        const { link } = presentClaim(await approve(id, call, {}))
        return { outcome: 'done', ...(link !== undefined && { link }) }
      })
      return { status: 200, body: results }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/requests/resend',
    role: 'officer',
    reach: OF_REQUESTS,
    operationId: 'resendClaims',
    summary: 'Send many claim links again',
    description: 'As for one. Where no mail carries it, the result has the link, once.',
    schema: { body: ResendRequests, response: { 200: BulkResults } },
    async handle({ domain, act, body: { ids } }) {
      const results = await inBulk(ids, async (id) => {
        const { link } = presentClaim(await resendClaim(await foundRequest(id, domain), act, domain.requestDesk))
        return { outcome: 'done', ...(link !== undefined && { link }) }
      })
      return { status: 200, body: results }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/templates/:id/request-invitations',
    role: 'officer',
    reach: { authorityOf: async ({ domain, params }) => (await domain.stores.templates.find(params.id))?.authority },
    operationId: 'inviteToRequest',
    summary: 'Ask somebody by mail to request a certificate',
    description: 'They get the address of the public page of the template. It grants nothing.',
    schema: { params: BY_ID, body: InviteToRequest, response: { 200: RequestPageAddress } },
    async handle({ domain, params, act, body }) {
      const template = await findTemplate(params.id, domain.templates)
      return { status: 200, body: await inviteToRequest(template, checkEmail(body.email), act, domain.requestDesk) }
    },
  }),
]

/** certificateHold, RFC 5280 §5.3.1. */
const HOLD = 6

async function approve(
  id: string,
  { principal, domain, act }: { readonly principal: Principal; readonly domain: ApiDomain; readonly act: Act },
  { templateRevision, ...overrides }: OverridesBody & { readonly templateRevision?: number },
) {
  const approval = { account: principal.account, approvedAt: act.at }
  const yes = {
    approval,
    overrides: overridesOf(overrides),
    ...(templateRevision !== undefined && { templateRevision }),
  }
  return approveForm(await foundRequest(id, domain), yes, act, domain.requestDesk)
}

/** Where mail leaves, the link is for who is to claim alone. */
function presentClaim({ request, address, mailed }: Sent): SentClaimBody {
  return { request, mailed, ...(!mailed && { link: address }) }
}

async function repeated(id: string, domain: ApiDomain): Promise<SentClaimBody> {
  const { email } = await foundRequest(id, domain)
  const note = `The link was given out once. POST /api/v1/requests/${id}/resend makes a new one, and ends it.`
  return { request: id, mailed: email !== undefined && domain.mail.delivers, note }
}

function created(body: SentClaimBody) {
  return { status: 201, body, location: `/api/v1/requests/${body.request}` } as const
}
