import {
  BulkResults,
  CertificateRequest,
  DeclineRequest,
  DeclineRequests,
  Id,
  IssuedCertificate,
  PendingCertificate,
  RequestPage,
  RequestQuery,
  SignRequest,
  SignRequests,
  SubmitRequest,
} from '@chancery/api'
import { Type } from 'typebox'
import type { Principal } from '../../accounts/roles.ts'
import type { Act } from '../../audit/audit-record.ts'
import { enroll } from '../../enrollment/enroll.ts'
import { readCsr } from '../../enrollment/read-csr.ts'
import { declineRequest, signRequest } from '../../enrollment/requests.ts'
import { type ApiDomain, mayUsePrivileged, route } from './api-domain.ts'
import { foundRequest, OF_REQUEST, OF_REQUESTS } from './found-request.ts'
import { inBulk } from './in-bulk.ts'
import { issuedAnswer } from './issued-answer.ts'
import { type OverridesBody, overridesOf } from './overrides.ts'
import { presentRequest, presentRequestSummary } from './present-request.ts'
import { templateOf } from './template-of.ts'

const BY_ID = Type.Object({ id: Id })

export const REQUEST_ROUTES = [
  route({
    method: 'POST',
    path: '/api/v1/requests',
    role: 'officer',
    reach: { authorityOf: async ({ domain, body }) => (await domain.stores.templates.find(body.template))?.authority },
    operationId: 'submitRequest',
    summary: 'Submit a CSR for approval',
    schema: { body: SubmitRequest, response: { 201: CertificateRequest } },
    creates: { present: ({ domain }, id) => created(id, domain) },
    async handle({ principal, domain, act, body: { template: id, csr, ...wishes } }) {
      const template = await templateOf(id, domain)
      const { account, token } = principal
      const request = domain.door.newId()
      const evidence = { by: 'submitted-csr', request, account, ...(token !== undefined && { token }) } as const
      const ask = { request: await readCsr(csr), wishes: overridesOf(wishes), evidence, template }
      await enroll(ask, act, domain.door)
      return created(request, domain)
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/requests',
    role: 'auditor',
    reach: { authorityOfItem: (item) => Object(item).authority },
    operationId: 'listRequests',
    summary: 'List requests',
    description: 'Newest first.',
    schema: { querystring: RequestQuery, response: { 200: RequestPage } },
    async handle({ domain, authorities, query: { limit, after, ...query } }) {
      const filter = { ...query, ...(authorities !== undefined && { authorities }) }
      const page = await domain.stores.requests.list(filter, { limit, ...(after !== undefined && { after }) })
      return { status: 200, body: { ...page, items: page.items.map(presentRequestSummary) } }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/requests/:id',
    role: 'auditor',
    reach: OF_REQUEST,
    operationId: 'showRequest',
    summary: 'Show a request',
    schema: { params: BY_ID, response: { 200: CertificateRequest } },
    async handle({ domain, params }) {
      return { status: 200, body: await presentRequest(await foundRequest(params.id, domain), domain) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/requests/:id/sign',
    role: 'officer',
    reach: OF_REQUEST,
    operationId: 'signRequest',
    summary: 'Sign a request',
    description:
      'Template, rules and CA are judged as they are now. Privileged templates need an administrator. 202 when the key of the CA cannot be reached.',
    schema: { params: BY_ID, body: SignRequest, response: { 201: IssuedCertificate, 202: PendingCertificate } },
    creates: { present: ({ domain }, id) => issuedAnswer(id, domain) },
    async handle(call) {
      const outcome = await sign(call.params.id, call, call.body)
      return issuedAnswer(outcome.id, call.domain)
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/requests/:id/decline',
    role: 'officer',
    reach: OF_REQUEST,
    operationId: 'declineRequest',
    summary: 'Decline a request',
    description: 'Pending, or approved and not claimed yet. Who asked by an address gets a mail, with the reason.',
    schema: { params: BY_ID, body: DeclineRequest, response: { 200: CertificateRequest } },
    async handle({ domain, params, act, body }) {
      const declined = await declineRequest(params.id, body.note, act, domain.requestDesk)
      return { status: 200, body: await presentRequest(declined, domain) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/requests/sign',
    role: 'officer',
    reach: OF_REQUESTS,
    operationId: 'signRequests',
    summary: 'Sign many requests',
    description:
      'Each as it was requested. Answered within half a minute: what a slow key has not signed by then is `pending`, as it is when the key cannot be reached. It is signed without another call; ask for it at /api/v1/certificates/{certificate}, which answers 202 until then.',
    schema: { body: SignRequests, response: { 200: BulkResults } },
    async handle(call) {
      const { domain } = call
      const { door, patience } = domain
      const issuance = { ...door.issuance, patience: patience() }
      const patient = { ...call, domain: { ...domain, door: { ...door, issuance } } }
      const results = await inBulk(call.body.ids, async (id) => {
        const { state, id: certificate } = await sign(id, patient, {})
        return { outcome: state === 'issued' ? 'done' : 'pending', certificate }
      })
      return { status: 200, body: results }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/requests/decline',
    role: 'officer',
    reach: OF_REQUESTS,
    operationId: 'declineRequests',
    summary: 'Decline many requests',
    schema: { body: DeclineRequests, response: { 200: BulkResults } },
    async handle({ domain, act, body: { ids, note } }) {
      const results = await inBulk(ids, async (id) => {
        await declineRequest(id, note, act, domain.requestDesk)
        return { outcome: 'done' }
      })
      return { status: 200, body: results }
    },
  }),
]

async function sign(
  id: string,
  { principal, domain, act }: { readonly principal: Principal; readonly domain: ApiDomain; readonly act: Act },
  { templateRevision, ...overrides }: OverridesBody & { readonly templateRevision?: number },
) {
  const approval = { account: principal.account, approvedAt: act.at }
  const request = await foundRequest(id, domain)
  const yes = {
    request,
    approval,
    overrides: overridesOf(overrides),
    ...(templateRevision !== undefined && { templateRevision }),
    mayUsePrivileged: mayUsePrivileged(principal, request.authority),
  }
  return signRequest(yes, act, domain.door)
}

async function created(id: string, domain: ApiDomain) {
  const body = await presentRequest(await foundRequest(id, domain), domain)
  return { status: 201, body, location: `/api/v1/requests/${id}` } as const
}
