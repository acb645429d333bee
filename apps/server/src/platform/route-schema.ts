import { idOf, Problem, ref, SCHEMAS } from '@chancery/api'
import type { FastifySchema } from 'fastify'
import type { TSchema } from 'typebox'
import { Type } from 'typebox'
import { type AnyRow, isAbove } from './routes.ts'
import { assertClosed } from './validation.ts'

const IDEMPOTENCY_HEADERS = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{1,255}$',
      description:
        '1 to 255 visible ASCII characters, chosen by the caller. The same key with the same body gives the same resource for 24 hours.',
    }),
  ),
})

/** A row as Fastify validates, serializes and describes it. Throws for a schema that would let unknown fields pass. */
export function schemaOf<Domain, Above>(row: AnyRow<Domain, Above>): FastifySchema {
  const { params, querystring, body } = row.schema
  if (body !== undefined) assertClosed(body)
  return {
    operationId: row.operationId,
    summary: row.summary,
    description: [row.description, whoMayCall(row)].filter((text) => text !== undefined).join('\n\n'),
    tags: [tagOf(row.path)],
    security: securityOf(row),
    // A misspelt filter would quietly list everything.
    querystring: { ...(querystring ?? Type.Object({})), additionalProperties: false },
    ...(params === undefined ? {} : { params }),
    ...(body === undefined ? {} : { body: byName(body) }),
    ...(row.creates === undefined ? {} : { headers: IDEMPOTENCY_HEADERS }),
    response: responsesOf(row),
  }
}

function responsesOf<Domain, Above>(row: AnyRow<Domain, Above>): Record<string, object> {
  const responses = Object.entries(row.schema.response).map(([status, schema]): [string, object] => [
    status,
    status === '200' && row.mediaTypes !== undefined ? rawResponse(row.mediaTypes, schema) : byName(schema),
  ])
  const problem = {
    description: 'Why the request was declined.',
    content: { 'application/problem+json': { schema: ref(Problem) } },
  }
  return Object.fromEntries([...responses, ['default', problem]])
}

function rawResponse(mediaTypes: readonly string[], schema: TSchema): object {
  const description = 'description' in schema ? schema.description : 'The bytes themselves.'
  return {
    description,
    content: Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema: { type: 'string' } }])),
  }
}

/** In words, the same for the description of the API and for docs/roles.md. */
function whoMayCall<Domain, Above>(row: AnyRow<Domain, Above>): string {
  if (isAbove(row)) return WHO_ABOVE[row.role]
  const who = `Role ${row.role} or above${row.reach === 'tenant' ? ', for the whole tenant' : ''}.`
  return row.forPeople ? `${who} Not for API tokens.` : who
}

const WHO_ABOVE = {
  operator: 'Operators of the installation, signed in.',
  account: 'Whoever is signed in.',
  anyone: 'Anyone.',
} as const

function securityOf<Domain, Above>(row: AnyRow<Domain, Above>): NonNullable<FastifySchema['security']> {
  if (isAbove(row)) return row.role === 'anyone' ? [] : [{ session: [] }]
  return row.forPeople ? [{ session: [] }] : [{ token: [] }, { session: [] }]
}

/** A schema that has a name is described once, under its name. Throws for one that nobody listed. */
function byName(schema: TSchema): TSchema {
  if (!('$id' in schema)) return schema
  if (!SCHEMAS.includes(schema)) throw new TypeError(`${idOf(schema)} has an $id and does not stand in SCHEMAS.`)
  return ref(schema)
}

/** `/api/v1/authorities/:id/generations` is about authorities. */
function tagOf(path: string): string {
  return path.split('/')[3] ?? 'other'
}
