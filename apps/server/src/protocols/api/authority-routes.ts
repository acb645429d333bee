import {
  Authority,
  AuthorityPage,
  AuthorityQuery,
  ChangeAuthority,
  CreateAuthority,
  DeleteAuthority,
  Id,
  ImportCertificate,
  Preview,
  PreviewAuthority,
  RenewAuthority,
  Renewal,
  type RenewAuthority as RenewBody,
} from '@chancery/api'
import { Refusal } from '@chancery/pki'
import { encodePem } from '@chancery/x509'
import { Type } from 'typebox'
import { holds, type Principal } from '../../accounts/roles.ts'
import { archiveAuthority, changeAuthority, deleteAuthority } from '../../authorities/change-authority.ts'
import { importCertificate } from '../../authorities/import-certificate.ts'
import { previewAuthority } from '../../authorities/preview-authority.ts'
import { previewRenewal } from '../../authorities/preview-renewal.ts'
import { type Renewal as RenewalOutcome, renewAuthority, renewalAsItStands } from '../../authorities/renew-authority.ts'
import type { AuthoritySettings, Authority as StoredAuthority } from '../../issuers/authority.ts'
import { type ApiDomain, route } from './api-domain.ts'
import { settingsAfter } from './authority-settings.ts'
import { createAuthority, previewedAuthority } from './create-authority.ts'
import { findAuthority } from './find-authority.ts'
import { presentAuthority, presentAuthoritySummary } from './present-authority.ts'
import { presentPreview } from './present-preview.ts'
import { validityOf } from './validity.ts'

const BY_ID = Type.Object({ id: Id })
const OF_ITSELF = { authorityParam: 'id' } as const
/** An import brings what a CA issued before. */
const IMPORT_LIMIT = 48 * 1024 * 1024

export const AUTHORITY_ROUTES = [
  route({
    method: 'GET',
    path: '/api/v1/authorities',
    role: 'auditor',
    reach: { authorityOfItem: (item) => Object(item).id },
    operationId: 'listAuthorities',
    summary: 'List CAs',
    description: 'Newest first. A page may be short and still have a `next`.',
    schema: { querystring: AuthorityQuery, response: { 200: AuthorityPage } },
    async handle({ principal, domain, authorities, query: { authority, status, limit, after } }) {
      const some = authority === undefined ? authorities : [authority]
      const page = { limit, ...(after !== undefined && { after }) }
      const { items, next } = await domain.stores.authorities.list(page, some)
      const listed = items.filter((item) => (status === undefined ? item.status !== 'deleted' : item.status === status))
      const body = {
        items: listed.map((item) => presentAuthoritySummary(item, principal)),
        ...(next !== undefined && { next }),
      }
      return { status: 200, body }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/authorities',
    role: 'administrator',
    reach: 'tenant',
    operationId: 'createAuthority',
    summary: 'Make or import a CA',
    description:
      'A root, an intermediate under a CA of the tenant, a CA whose CSR somebody else signs, or one from elsewhere. Each gets a template "Web Server" and an OCSP responder.',
    bodyLimit: IMPORT_LIMIT,
    schema: { body: CreateAuthority, response: { 201: Authority } },
    creates: {
      async present({ principal, domain }, id) {
        return created(await findAuthority(id, domain), principal, domain)
      },
    },
    async handle({ principal, domain, act, body }) {
      return created(await createAuthority(body, act, domain.authorities), principal, domain)
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/authorities/preview',
    role: 'administrator',
    reach: 'tenant',
    operationId: 'previewAuthority',
    summary: 'Show the certificate that a CA would get',
    description: 'Or its CSR, where somebody else signs it. For a stand-in key of its type; nothing is made.',
    schema: { body: PreviewAuthority, response: { 200: Preview } },
    async handle({ domain, act, body }) {
      const preview = await previewAuthority(previewedAuthority(body), act, domain.authorities)
      return { status: 200, body: presentPreview(preview) }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/authorities/:id',
    role: 'auditor',
    reach: OF_ITSELF,
    operationId: 'showAuthority',
    summary: 'Show a CA',
    schema: { params: BY_ID, response: { 200: Authority } },
    async handle({ principal, domain, params }) {
      return ok(await findAuthority(params.id, domain), principal, domain)
    },
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/authorities/:id',
    role: 'administrator',
    reach: OF_ITSELF,
    operationId: 'changeAuthority',
    summary: 'Change a CA',
    description:
      'Its name and keys are those of its certificates and stay. Two calls at once that change different settings are both heeded.',
    schema: { params: BY_ID, body: ChangeAuthority, response: { 200: Authority } },
    async handle({ principal, domain, params, act, body: { cps, settings, revision } }) {
      const authority = await findAuthority(params.id, domain)
      const change = {
        ...(cps !== undefined && { cps }),
        ...(settings !== undefined && {
          settings: (before: AuthoritySettings) => settingsAfter(settings, before),
        }),
        ...(revision !== undefined && { revision }),
      }
      return ok(await changeAuthority(authority, change, act, domain.authorities), principal, domain)
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/authorities/:id',
    role: 'administrator',
    reach: OF_ITSELF,
    operationId: 'deleteAuthority',
    summary: 'Delete a CA',
    description:
      'Cannot be undone. GET …/deletion says what goes. Its last CRL and its certificates go on being served.',
    schema: { params: BY_ID, body: DeleteAuthority, response: { 204: Type.Null() } },
    async handle({ domain, params, act, body }) {
      const authority = await findAuthority(params.id, domain)
      const { makeLastCrls, stores } = domain
      await deleteAuthority(authority, body.name, act, { store: stores.authorities, makeLastCrls })
      return { status: 204, body: null }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/authorities/:id/archive',
    role: 'administrator',
    reach: OF_ITSELF,
    operationId: 'archiveAuthority',
    summary: 'Archive a CA',
    description: 'From now on it issues nothing more, and goes on answering for what it issued.',
    schema: { params: BY_ID, response: { 200: Authority } },
    async handle({ principal, domain, params, act }) {
      await archiveAuthority(await findAuthority(params.id, domain), act, domain.stores.authorities)
      return ok(await findAuthority(params.id, domain), principal, domain)
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/authorities/:id/renew',
    role: 'administrator',
    reach: OF_ITSELF,
    operationId: 'renewAuthority',
    summary: 'Renew a CA',
    description:
      'A root signs itself, a CA under a CA of the tenant asks that one (whose administrator its caller has to be too), any other gets a CSR that asks for what was chosen; how long it is valid is for its signer to say.',
    schema: { params: BY_ID, body: RenewAuthority, response: { 200: Renewal } },
    creates: {
      async present({ principal, domain, params }) {
        const authority = await findAuthority(params.id, domain)
        const generations = await domain.stores.authorities.generations(params.id)
        return renewed(renewalAsItStands(authority, generations), authority, principal, domain)
      },
    },
    async handle({ principal, domain, params, act, body }) {
      const authority = await renewable(params.id, principal, domain)
      const renewal = await renewAuthority(authority, renewalOf(body), act, domain.authorities)
      return renewed(renewal, await findAuthority(params.id, domain), principal, domain)
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/authorities/:id/renew/preview',
    role: 'administrator',
    reach: OF_ITSELF,
    operationId: 'previewRenewal',
    summary: 'Show the certificate that a CA would be renewed by',
    description:
      'Or its CSR, where somebody else signs it. For the key that it has, or for a stand-in of the new one; nothing is made.',
    schema: { params: BY_ID, body: RenewAuthority, response: { 200: Preview } },
    async handle({ principal, domain, params, act, body }) {
      const authority = await renewable(params.id, principal, domain)
      const preview = await previewRenewal(authority, renewalOf(body), act, domain.authorities)
      return { status: 200, body: presentPreview(preview) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/authorities/:id/certificates',
    role: 'administrator',
    reach: OF_ITSELF,
    operationId: 'importAuthorityCertificate',
    summary: 'Import the certificate of a CA',
    description: 'The answer to its CSR. Checked: its key, that it is a CA’s, its dates, and the chain to a root.',
    schema: { params: BY_ID, body: ImportCertificate, response: { 201: Authority } },
    creates: {
      async present({ principal, domain, params }) {
        return created(await findAuthority(params.id, domain), principal, domain)
      },
    },
    async handle({ principal, domain, params, act, body }) {
      await importCertificate(await findAuthority(params.id, domain), body, act, domain.authorities)
      return created(await findAuthority(params.id, domain), principal, domain)
    },
  }),
]

/** Throws `Refusal`: the CA above would sign what somebody orders who has no part in it. */
async function renewable(id: string, principal: Principal, domain: ApiDomain): Promise<StoredAuthority> {
  const authority = await findAuthority(id, domain)
  if (authority.parent !== undefined && !holds(principal, 'administrator', authority.parent))
    throw new Refusal('forbidden', 'The CA above signs this renewal: it needs the role administrator there too.')
  return authority
}

function renewalOf({ validity, ...same }: RenewBody) {
  return { ...same, ...(validity !== undefined && { validity: validityOf(validity) }) }
}

async function ok(authority: StoredAuthority, principal: Principal, domain: ApiDomain) {
  return { status: 200, body: await presentAuthority(authority, principal, domain) } as const
}

async function created(authority: StoredAuthority, principal: Principal, domain: ApiDomain) {
  const { body } = await ok(authority, principal, domain)
  return { status: 201, body, location: `/api/v1/authorities/${authority.id}` } as const
}

async function renewed(renewal: RenewalOutcome, authority: StoredAuthority, principal: Principal, domain: ApiDomain) {
  const { body } = await ok(authority, principal, domain)
  const csr = 'csr' in renewal ? { csr: encodePem('CERTIFICATE REQUEST', renewal.csr) } : {}
  return { status: 200, body: { state: renewal.state, ...csr, authority: body } } as const
}
