import { idOf, isTimestamp, SCHEMAS } from '@chancery/api'
import type { Problem as ProblemItem } from '@chancery/pki'
import { Ajv, type Options, type ValidateFunction } from 'ajv'
import { fullFormats } from 'ajv-formats/dist/formats.js'
import type { TSchema } from 'typebox'
import { explain, type Place } from './explain-validation.ts'
import { LIMITS } from './limits.ts'
import { HttpProblem } from './problem.ts'

/** Judges one part of a request. The value comes back with defaults filled in, and text of a query as what it stands for. */
export type Validate = (data: unknown) => { readonly value: unknown } | { readonly error: HttpProblem }

/**
 * Validators of request parts. Bodies are strict: no field is dropped, no "12" becomes 12. Path, query and headers are text, so
 * they are coerced. What is refused names every field that is wrong, except in large bodies: to collect ten thousand wrong items
 * takes seconds, in which nobody else is answered. `schemas` are those that others refer to by `$id`.
 */
export function createValidators(schemas: readonly TSchema[] = SCHEMAS): (schema: object, place: Place) => Validate {
  const strict = { quick: ajv(schemas, { coerceTypes: false }), thorough: ajv(schemas, { allErrors: true }) }
  const text = { quick: ajv(schemas, { coerceTypes: 'array' }), thorough: undefined }
  const coercing = ajv(schemas, { coerceTypes: 'array', allErrors: true })

  return (schema, place) => {
    const engines = place === 'body' ? strict : { ...text, thorough: coercing }
    // Made by the first call, and what explains by the first one that is wrong: to make all of them is a fifth of a server's start.
    let quick: ValidateFunction | undefined
    let thorough: ValidateFunction | undefined
    return (data) => {
      if (place === 'body' && (data === undefined || data === null))
        return { error: refuse([], 'A JSON body is needed.') }
      quick ??= engines.quick.compile(schema)
      if (quick(data)) return { value: data }
      thorough ??= engines.thorough.compile(schema)
      const small = place !== 'body' || isSmall(data)
      const errors = (small && !thorough(data) ? thorough.errors : quick.errors) ?? []
      return { error: refuse(explain(errors, place, engines.thorough), summaryOf(place)) }
    }
  }
}

/** Refuses a schema of a body that would let unknown fields pass, anywhere in it. A mistake of the programmer, found at start. */
export function assertClosed(schema: object, path = '', depth = 0): void {
  if (depth > 32) throw new TypeError(`The schema at ${path} is too deep.`)
  if ('properties' in schema && !('additionalProperties' in schema && schema.additionalProperties === false)) {
    throw new TypeError(`The schema at ${path || '/'} of a request has to say additionalProperties: false.`)
  }
  const parts = [
    ...('properties' in schema ? entriesOf(schema.properties) : []),
    ...('items' in schema ? [['items', schema.items] as const] : []),
    ...('anyOf' in schema ? entriesOf(schema.anyOf) : []),
    ...('oneOf' in schema ? entriesOf(schema.oneOf) : []),
    ...('$ref' in schema ? [['$ref', SCHEMAS.find((named) => idOf(named) === schema.$ref)] as const] : []),
  ]
  for (const [name, part] of parts) {
    if (typeof part === 'object' && part !== null) assertClosed(part, `${path}/${name}`, depth + 1)
  }
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

function ajv(schemas: readonly TSchema[], options: Options): Ajv {
  const engine = new Ajv({
    strict: true,
    strictTypes: false,
    allowUnionTypes: true,
    useDefaults: true,
    verbose: true,
    // They are ours, and a test holds them to the meta-schema: to do it at each start took a tenth of it.
    meta: false,
    validateSchema: false,
    formats: { ...fullFormats, 'date-time': isTimestamp },
    ...options,
  })
  for (const schema of schemas) engine.addSchema(schema)
  return engine
}

/** Looks at no more than what is allowed: whatever was sent, this takes no time. */
function isSmall(data: unknown): boolean {
  const open = [data]
  let values = 0
  let characters = 0
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value === 'string') characters += value.length
    if (typeof value === 'object' && value !== null) {
      for (const name in value) {
        characters += name.length
        if (++values > LIMITS.explainedValues) return false
        open.push(Reflect.get(value, name))
      }
    }
    if (characters > LIMITS.explainedBody) return false
  }
  return true
}

function summaryOf(place: Place): string {
  const what = { body: 'The body', querystring: 'The query', params: 'The path', headers: 'A header' }[place]
  return `${what} is not as this address takes it.`
}

function refuse(problems: readonly ProblemItem[], message: string): HttpProblem {
  return new HttpProblem('malformed', message, { problems: problems.slice(0, LIMITS.listedProblems) })
}
