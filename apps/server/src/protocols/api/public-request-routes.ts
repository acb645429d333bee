import {
  AskedPublicly,
  AskPublicly,
  Claim,
  type Claim as ClaimBody,
  FollowLink,
  OwnRequest,
  type OwnRequest as OwnRequestBody,
  PublicId,
  PublicTemplate,
  RedeemClaim,
  toTimestamp,
} from '@chancery/api'
import { isClosed, Refusal, type Template } from '@chancery/pki'
import { encodePem } from '@chancery/x509'
import { Type } from 'typebox'
import { checkEmail } from '../../accounts/person.ts'
import type { Act } from '../../audit/audit-record.ts'
import { redeemClaim } from '../../enrollment/claims.ts'
import { askPublicly, CONFIRMABLE_MS, confirmRequest } from '../../enrollment/public-requests.ts'
import { readCsr } from '../../enrollment/read-csr.ts'
import { followLink } from '../../enrollment/request-links.ts'
import type { LinkedRequest, LinkPurpose } from '../../enrollment/request-store.ts'
import type { CallOrigin } from '../../platform/routes.ts'
import { type AboveDomain, aboveRoute } from './above-domain.ts'
import { pemText } from './downloads.ts'
import { chainOf } from './issued-answer.ts'

const BY_PUBLIC_ID = Type.Object({ publicId: PublicId })

/** For strangers: to ask for a certificate, to see what became of it, and to claim it. Links come in bodies: no address holds a secret. */
export const PUBLIC_REQUEST_ROUTES = [
  aboveRoute({
    method: 'GET',
    path: '/api/v1/public/templates/:publicId',
    role: 'anyone',
    operationId: 'showPublicTemplate',
    summary: 'Show what a public request asks for',
    schema: { params: BY_PUBLIC_ID, response: { 200: PublicTemplate } },
    async handle({ domain, params }) {
      const { tenant, template } = await publicTemplate(params.publicId, domain)
      return { status: 200, body: await presentPublic(tenant, template, domain) }
    },
  }),
  aboveRoute({
    method: 'POST',
    path: '/api/v1/public/templates/:publicId/requests',
    role: 'anyone',
    operationId: 'askPublicly',
    summary: 'Ask for a certificate, as a stranger',
    description:
      'A mail goes to the address; once it is confirmed by the link in it, officers see the request. 404 where strangers may not ask. Bounded by network, template and address.',
    schema: { params: BY_PUBLIC_ID, body: AskPublicly, response: { 202: AskedPublicly } },
    async handle({ domain, params, act, from, body: { email: typed, csr, ...form } }) {
      const { tenant, template } = await publicTemplate(params.publicId, domain)
      const email = checkEmail(typed)
      refuseBoth(csr, form)
      await domain.pace.take(
        ['request-from', from.address],
        ['request-of', template.id],
        ['request-to', `${tenant} ${email}`],
      )
      const read = csr === undefined ? { form } : { csr: await readCsr(csr) }
      await askPublicly({ template, email, ...read }, actIn(tenant, act), domain.tenantDomain(tenant).requestDesk)
      return { status: 202, body: { confirmBefore: toTimestamp(act.at + CONFIRMABLE_MS) } }
    },
  }),
  aboveRoute({
    method: 'POST',
    path: '/api/v1/public/requests/look',
    role: 'anyone',
    operationId: 'lookAtOwnRequest',
    summary: 'Show a request to who asked, by the link they were sent',
    schema: { body: FollowLink, response: { 200: OwnRequest } },
    async handle({ domain, act, from, body }) {
      return { status: 200, body: await presentOwn(await follow('status', body.token, act, from, domain), domain) }
    },
  }),
  aboveRoute({
    method: 'POST',
    path: '/api/v1/public/requests/confirm',
    role: 'anyone',
    operationId: 'confirmOwnRequest',
    summary: 'Confirm the address of a request: from now on officers see it',
    schema: { body: FollowLink, response: { 200: OwnRequest } },
    async handle({ domain, act, from, body }) {
      const linked = await follow('status', body.token, act, from, domain)
      await confirmRequest(linked, act.at, domain.tenantDomain(linked.tenant).requestDesk)
      return {
        status: 200,
        body: await presentOwn(await followLink('status', body.token, act.at, domain.requests), domain),
      }
    },
  }),
  aboveRoute({
    method: 'POST',
    path: '/api/v1/public/claims/look',
    role: 'anyone',
    operationId: 'lookAtClaim',
    summary: 'Show what a claim link leads to',
    schema: { body: FollowLink, response: { 200: Claim } },
    async handle({ domain, act, from, body }) {
      return { status: 200, body: await presentClaim(await follow('claim', body.token, act, from, domain), domain) }
    },
  }),
  aboveRoute({
    method: 'POST',
    path: '/api/v1/public/claims/redeem',
    role: 'anyone',
    operationId: 'redeemClaim',
    summary: 'Make the certificate of a claim, for a key',
    description:
      'Once; the same key again gets the same answer. `signing` while the key of the CA cannot be reached: look again later.',
    schema: { body: RedeemClaim, response: { 200: Claim } },
    async handle({ domain, act, from, body }) {
      const linked = await follow('claim', body.token, act, from, domain)
      const { requestDesk } = domain.tenantDomain(linked.tenant)
      await redeemClaim(linked, await readCsr(body.csr), actIn(linked.tenant, act), requestDesk)
      return {
        status: 200,
        body: await presentClaim(await followLink('claim', body.token, act.at, domain.requests), domain),
      }
    },
  }),
]

/** One that takes requests of strangers; all others are not there. */
async function publicTemplate(publicId: string, { requests }: AboveDomain) {
  const found = await requests.templateByPublicId(publicId)
  if (found !== undefined && !isClosed(found.template)) return found
  throw new Refusal(
    'not-found',
    'Nobody can ask for a certificate here. Ask whoever gave you this address for another.',
  )
}

function refuseBoth(csr: string | undefined, form: object): void {
  if (csr === undefined || Object.keys(form).length === 0) return
  const detail = 'The names are those of the CSR: leave subject and subjectAltNames out, or the CSR.'
  throw new Refusal('malformed', detail, [{ field: '/csr', detail }])
}

/** Who guesses links is slowed down; who has one is not. */
async function follow(
  purpose: LinkPurpose,
  secret: string,
  { at }: Act,
  from: CallOrigin,
  { pace, requests }: AboveDomain,
): Promise<LinkedRequest> {
  await pace.take(['link-from', from.address])
  const linked = await followLink(purpose, secret, at, requests)
  await pace.forgive(['link-from', from.address])
  return linked
}

function actIn(tenant: string, { at }: Act): Act {
  return { tenant, actor: { kind: 'stranger' }, at }
}

async function presentPublic(tenant: string, template: Template, { tenantDomain }: AboveDomain) {
  const { stores, requestDesk } = tenantDomain(tenant)
  const { subject, subjectAltNames, keyTypes } = template.profile
  const authority = await stores.authorities.find(template.authority)
  return {
    name: template.name,
    description: template.description,
    authority: authority?.name ?? '',
    tenant: (await requestDesk.namesOf(template)).tenantName,
    form: {
      subject: subject.fromRequest,
      required: subject.required,
      subjectAltNames: subjectAltNames.fromRequest,
      namesRequired: subjectAltNames.required,
    },
    keyTypes,
  }
}

async function presentOwn({ tenant, request }: LinkedRequest, domain: AboveDomain): Promise<OwnRequestBody> {
  const { status, note } = request
  return {
    status,
    ...(await commonOf(tenant, request, domain)),
    createdAt: toTimestamp(request.createdAt),
    ...(status === 'declined' && note !== undefined && { note }),
    // Who has the key has it by the claim; who asked by a CSR has it here.
    ...(request.csr !== undefined && (await certificateOf(tenant, request, domain))),
  }
}

async function presentClaim({ tenant, request, link }: LinkedRequest, domain: AboveDomain): Promise<ClaimBody> {
  const template = await domain.tenantDomain(tenant).stores.templates.find(request.template)
  return {
    state: CLAIM_STATES[request.status],
    ...(await commonOf(tenant, request, domain)),
    keyTypes: template?.profile.keyTypes ?? [],
    expiresAt: toTimestamp(link.expiresAt),
    ...(await certificateOf(tenant, request, domain)),
  }
}

const CLAIM_STATES = {
  approved: 'open',
  signing: 'signing',
  issued: 'issued',
  declined: 'declined',
  pending: 'declined',
  unconfirmed: 'declined',
} as const satisfies Readonly<Record<LinkedRequest['request']['status'], ClaimBody['state']>>

async function commonOf(tenant: string, request: LinkedRequest['request'], { tenantDomain }: AboveDomain) {
  const { stores, requestDesk } = tenantDomain(tenant)
  const template = await stores.templates.find(request.template)
  const { tenantName, templateName } = await requestDesk.namesOf({ name: template?.name ?? '' })
  const { subject, subjectAltNames } = request
  return { template: templateName, tenant: tenantName, subject, subjectAltNames }
}

async function certificateOf(tenant: string, { status, certificate }: LinkedRequest['request'], domain: AboveDomain) {
  if (status !== 'issued' || certificate === undefined) return {}
  const own = domain.tenantDomain(tenant)
  const registered = await own.stores.certificates.find(certificate)
  if (registered === undefined) return {}
  const [leaf, ...above] = await chainOf(registered, own)
  return { certificate: encodePem('CERTIFICATE', leaf), chain: pemText(above) }
}
