import { createHash } from 'node:crypto'
import { idOf } from '@chancery/api'
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { apiPage } from './api-page.ts'
import type { OpenApiDocument } from './openapi-document.ts'
import { pageAnswer, STYLE_ROUTE } from './page.ts'
import type { PublicRoute } from './public-routes.ts'

/** The version of the API, not of the program: the first number changes when a client would break. */
const API_VERSION = '1.0.0'

/** How the description of the API is generated from the routes: OpenAPI 3.1, every named schema under its own name. */
const OPENAPI_OPTIONS: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Chancery',
      version: API_VERSION,
      description:
        'Certificate authorities, templates, requests and certificates. Times are RFC 3339, certificates PEM, problems RFC 9457, lists page by cursor.',
    },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API token: `./chancery token create` makes one.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'session',
          description:
            'Signed in by a browser. Who is a member of several tenants says which is meant by the header Chancery-Tenant.',
        },
      },
    },
  },
  hideUntagged: true,
  transformObject: (described) => ('openapiObject' in described ? describeStatuses(described.openapiObject) : {}),
  refResolver: { buildLocalReference: (json) => idOf(json) },
}

/** Has all routes described that are mounted from now on. */
export async function describeRoutes(app: FastifyInstance): Promise<void> {
  const { default: swagger } = await import('@fastify/swagger')
  await app.register(swagger, OPENAPI_OPTIONS)
}

/** The text of `openapi.json`: the same for the same routes, byte by byte. Only after `app.ready()`, where routes are described. */
export function openApiText(app: FastifyInstance): string {
  return `${JSON.stringify(app.swagger(), null, 2)}\n`
}

function parsed(text: string): OpenApiDocument {
  const document: unknown = JSON.parse(text)
  if (!isDescription(document)) throw new Error('The description of the API has no paths.')
  return document
}

/** `/api/openapi.json`, and the page that shows it. `textOf` is called by the first request. */
export function apiDescriptionRoutes(textOf: () => string): readonly PublicRoute[] {
  const once = lazily(() => {
    const text = textOf()
    const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
    return { text, etag, page: pageAnswer(apiPage(parsed(text))) }
  })
  const headers = { 'cache-control': 'no-cache' }
  return [
    {
      audience: 'people',
      methods: ['GET'],
      path: '/api/openapi.json',
      summary: 'The description of the API, OpenAPI 3.1',
      handle: () => ({
        status: 200,
        mediaType: 'application/json; charset=utf-8',
        headers,
        etag: once().etag,
        body: once().text,
      }),
    },
    {
      audience: 'people',
      methods: ['GET'],
      path: '/api/docs',
      summary: 'The description of the API, for reading',
      handle: () => ({ ...once().page, headers: { ...once().page.headers, ...headers }, etag: once().etag }),
    },
    STYLE_ROUTE,
  ]
}

const STATUSES: Readonly<Record<string, string>> = {
  200: 'Done.',
  201: 'Made.',
  202: 'Taken; it will be done.',
  204: 'Done; there is no body.',
}

/** OpenAPI wants a description for each answer; where a schema has none, the status says it. */
function describeStatuses<Document extends object>(document: Document): Document {
  if (!isDescription(document)) return document
  for (const operation of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
    for (const [status, answer] of Object.entries(operation.responses ?? {})) {
      const meaning = STATUSES[status]
      if (answer.description === 'Default Response' && meaning !== undefined)
        Object.assign(answer, { description: meaning })
    }
  }
  return document
}

function isDescription(value: unknown): value is OpenApiDocument {
  return typeof value === 'object' && value !== null && 'paths' in value && 'info' in value
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
