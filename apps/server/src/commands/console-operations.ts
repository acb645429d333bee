import type { OpenApiDocument, Operation } from '../platform/openapi-document.ts'

/**
 * The text of the console's `api/operations.ts`: a type for each schema of the API, and for each operation where it is and what it
 * takes and gives. The console is checked against the API by it, field by field.
 */
export function consoleOperations(openApi: string): string {
  const api: OpenApiDocument = JSON.parse(openApi)
  const schemas = Object.entries(api.components?.schemas ?? {})
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  return `// Generated from the routes of the server by apps/server/src/commands/write-generated.ts.

${schemas.map(([name, schema]) => `export type ${name} = ${typeOf(schema)}\n`).join('\n')}
/** The words of the schemas that are one of several. */
export const WORDS = {
${schemas.flatMap(([name, schema]) => wordsOf(name, schema)).join('\n')}
} as const

/** What each operation takes and gives, by its id. */
export interface Operations {
${operations.map(({ operation, path }) => `  ${operation.operationId}: ${operationType(operation, path)}`).join('\n')}
}

/** Where each operation is: its method, and its path with \`{parameters}\`. */
export const OPERATIONS: Readonly<Record<keyof Operations, readonly [method: string, path: string]>> = {
${operations.map(({ operation, method, path }) => `  ${operation.operationId}: ['${method.toUpperCase()}', '${path}'],`).join('\n')}
}
`
}

function operationType(operation: Operation, path: string): string {
  const described = record(operation)
  const query = list(described['parameters']).filter((parameter) => parameter['in'] === 'query')
  const names = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? '')
  const body = within(described, 'requestBody', 'content', 'application/json', 'schema')
  const parts = [
    names.length > 0 && `params: { ${names.map((name) => `${name}: string`).join('; ')} }`,
    query.length > 0 && `query: { ${query.map(queryMember).join('; ')} }`,
    body && `body: ${typeOf(body)}`,
    `answer: ${answerType(record(described['responses']))}`,
  ]
  return `{ ${parts.filter(Boolean).join('; ')} }`
}

/** What is not JSON comes as text; what has no body as nothing. */
function answerType(responses: Loose): string {
  const done = Object.entries(responses).filter(([status]) => status.startsWith('2'))
  const types = done.map(([, response]) => {
    const content = record(record(response)['content'])
    const json = within(content, 'application/json', 'schema')
    if (json !== undefined) return typeOf(json)
    return Object.keys(content).length > 0 ? 'string' : 'undefined'
  })
  return [...new Set(types)].join(' | ')
}

function queryMember(parameter: Loose): string {
  const schema = record(parameter['schema'])
  const isOptional = parameter['required'] !== true || 'default' in schema
  return memberType(String(parameter['name']), typeOf(schema), isOptional)
}

/** JSON leaves out what is undefined, so that a form may give it. */
function memberType(name: string, type: string, isOptional: boolean): string {
  return `${propertyName(name)}${isOptional ? '?' : ''}: ${type}${isOptional ? ' | undefined' : ''}`
}

function wordsOf(name: string, schema: unknown): readonly string[] {
  const words = record(schema)['enum']
  return Array.isArray(words) ? [`  ${name}: [${words.map((word) => literal(word)).join(', ')}],`] : []
}

function typeOf(value: unknown): string {
  const schema = record(value)
  const { $ref: reference, enum: words, anyOf, type } = schema
  if (typeof reference === 'string') return reference.slice(reference.lastIndexOf('/') + 1)
  if (Array.isArray(words)) return words.map(literal).join(' | ')
  if (Array.isArray(anyOf)) return anyOf.map(typeOf).join(' | ')
  if (Array.isArray(type)) return type.map((one) => typeOf({ ...schema, type: one })).join(' | ')
  if (type === 'array') return `readonly (${typeOf(schema['items'])})[]`
  if (type === 'object') return objectType(schema)
  return WORD_TYPES[String(type)] ?? 'unknown'
}

const WORD_TYPES: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
}

function objectType(schema: Loose): string {
  const required = list(schema['required']).map(String)
  const members = Object.entries(record(schema['properties'])).map(([name, member]) =>
    memberType(name, typeOf(member), !required.includes(name)),
  )
  const { additionalProperties: others } = schema
  if (members.length > 0) return `{ ${members.join('; ')} }`
  if (others === false) return '{ [name: string]: never }'
  return `{ [name: string]: ${typeof others === 'object' ? typeOf(others) : 'unknown'} }`
}

function propertyName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`
}

function literal(word: unknown): string {
  return typeof word === 'string' ? `'${word}'` : String(word)
}

type Loose = { readonly [name: string]: unknown }

function record(value: unknown): Loose {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function list(value: unknown): readonly Loose[] {
  return Array.isArray(value) ? value : []
}

function within(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>((inner, name) => record(inner)[name], value)
}
