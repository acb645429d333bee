import {
  ChangeTemplate,
  CreateTemplate,
  Id,
  PredefinedPolicies,
  Preview,
  PreviewTemplate,
  Template,
  TemplatePage,
  TemplateQuery,
  TemplateServiceUrls,
  TemplateStarters,
} from '@chancery/api'
import { PREDEFINED_POLICIES, Refusal, STARTERS } from '@chancery/pki'
import { Type } from 'typebox'
import { changeTemplate, createTemplate, deleteTemplate, findTemplate } from '../../templates/templates.ts'
import { type ApiDomain, mayUsePrivileged, route } from './api-domain.ts'
import { findAuthority } from './find-authority.ts'
import { presentTemplate } from './present-template.ts'
import { previewOf } from './preview-of.ts'
import { presentProfile, profileOf } from './profile.ts'
import { templateServiceUrls } from './service-urls.ts'

const BY_ID = Type.Object({ id: Id })

const OF_TEMPLATE = {
  authorityOf: async ({ domain, params }: { readonly domain: ApiDomain; readonly params: { readonly id: string } }) =>
    (await domain.stores.templates.find(params.id))?.authority,
}

export const TEMPLATE_ROUTES = [
  route({
    method: 'GET',
    path: '/api/v1/templates',
    role: 'auditor',
    reach: { authorityOfItem: (item) => Object(item).authority },
    operationId: 'listTemplates',
    summary: 'List templates',
    schema: { querystring: TemplateQuery, response: { 200: TemplatePage } },
    async handle({ domain, authorities, query: { authority, limit, after } }) {
      const filter = {
        ...(authority !== undefined && { authority }),
        ...(authorities !== undefined && { authorities }),
      }
      const page = await domain.stores.templates.list(filter, { limit, ...(after !== undefined && { after }) })
      return { status: 200, body: { ...page, items: page.items.map(presentTemplate) } }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/templates',
    role: 'administrator',
    reach: { authorityOf: async ({ body }) => body.authority },
    operationId: 'createTemplate',
    summary: 'Make a template',
    schema: { body: CreateTemplate, response: { 201: Template } },
    creates: {
      async present({ domain }, id) {
        return created(await findTemplate(id, domain.templates))
      },
    },
    async handle({ principal, domain, act, body: { profile, description = '', enabled = true, ...same } }) {
      const { status, name } = await findAuthority(same.authority, domain, '/authority')
      if (status === 'archived' || status === 'deleted')
        throw new Refusal('conflict', `The CA "${name}" is ${status}: it issues nothing more.`)
      const template = { ...same, description, enabled, profile: profileOf(profile) }
      return created(await createTemplate(template, mayUsePrivileged(principal, same.authority), act, domain.templates))
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/templates/:id',
    role: 'auditor',
    reach: OF_TEMPLATE,
    operationId: 'showTemplate',
    summary: 'Show a template',
    schema: { params: BY_ID, response: { 200: Template } },
    async handle({ domain, params }) {
      return { status: 200, body: presentTemplate(await findTemplate(params.id, domain.templates)) }
    },
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/templates/:id',
    role: 'administrator',
    reach: OF_TEMPLATE,
    operationId: 'changeTemplate',
    summary: 'Change a template',
    schema: { params: BY_ID, body: ChangeTemplate, response: { 200: Template } },
    async handle({ principal, domain, params, act, body: { revision, profile, ...same } }) {
      const template = await findTemplate(params.id, domain.templates)
      const change = { ...same, ...(profile !== undefined && { profile: profileOf(profile) }) }
      const may = mayUsePrivileged(principal, template.authority)
      const changed = await changeTemplate(template, revision, change, may, act, domain.templates)
      return { status: 200, body: presentTemplate(changed) }
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/templates/:id',
    role: 'administrator',
    reach: OF_TEMPLATE,
    operationId: 'deleteTemplate',
    summary: 'Delete a template',
    description:
      'Only when each of its certificates is expired, or revoked for good. Its pending requests are declined.',
    schema: { params: BY_ID, response: { 204: Type.Null() } },
    async handle({ principal, domain, params, act }) {
      const template = await findTemplate(params.id, domain.templates)
      await deleteTemplate(template, mayUsePrivileged(principal, template.authority), act, domain.templates)
      return { status: 204, body: null }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/templates/:id/preview',
    role: 'auditor',
    reach: OF_TEMPLATE,
    operationId: 'previewTemplate',
    summary: 'Show what a template would issue',
    description: 'Nothing is stored and no key of a CA is used.',
    schema: { params: BY_ID, body: PreviewTemplate, response: { 200: Preview } },
    async handle({ domain, params, body }) {
      return { status: 200, body: await previewOf(body, await findTemplate(params.id, domain.templates), domain) }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/templates/:id/service-urls',
    role: 'auditor',
    reach: OF_TEMPLATE,
    operationId: 'showTemplateServiceUrls',
    summary: 'Show the addresses in certificates of a template',
    schema: { params: BY_ID, response: { 200: TemplateServiceUrls } },
    async handle({ domain, params }) {
      const template = await findTemplate(params.id, domain.templates)
      return { status: 200, body: await templateServiceUrls(template, domain) }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/template-starters',
    role: 'auditor',
    reach: 'anywhere',
    operationId: 'listTemplateStarters',
    summary: 'List templates to start from',
    schema: { response: { 200: TemplateStarters } },
    async handle() {
      const items = STARTERS.map((starter) => ({ ...starter, profile: presentProfile(starter.profile) }))
      return { status: 200, body: { items } }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/predefined-policies',
    role: 'auditor',
    reach: 'anywhere',
    operationId: 'listPredefinedPolicies',
    summary: 'List certificate policies with a known meaning',
    schema: { response: { 200: PredefinedPolicies } },
    async handle() {
      return { status: 200, body: { items: PREDEFINED_POLICIES } }
    },
  }),
]

function created(template: Awaited<ReturnType<typeof findTemplate>>) {
  return {
    status: 201,
    body: presentTemplate(template),
    location: `/api/v1/templates/${template.id}`,
  } as const
}
