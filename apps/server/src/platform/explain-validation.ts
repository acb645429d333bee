import type { Problem as ProblemItem } from '@chancery/pki'
import type { Ajv, ErrorObject } from 'ajv'
import { didYouMean } from './settings.ts'

/** A part of a request that a schema describes. */
export type Place = 'body' | 'querystring' | 'params' | 'headers'

const MAX_DEPTH = 8
/** Errors that are put into words: whoever sends ten thousand wrong items reads the first. */
const MOST_EXPLAINED = 50

/** What is wrong, in words: for each error the field (JSON pointer; `?name` in a query, `:name` in a path) and what is expected there. */
export function explain(errors: readonly ErrorObject[], place: Place, engine: Ajv, depth = 0): readonly ProblemItem[] {
  // Of an alternative, the errors of every branch are there: only those of the branch that was meant help anybody.
  const alternatives = errors.filter((error) => error.keyword === 'anyOf' || error.keyword === 'oneOf')
  const paths = new Set(alternatives.map(({ instancePath }) => instancePath))
  const outermost = alternatives.filter(({ instancePath }) => !isBelowAny(instancePath, paths))
  const others = errors.filter(({ instancePath }) => !paths.has(instancePath) && !isBelowAny(instancePath, paths))
  const explained = outermost
    .slice(0, MOST_EXPLAINED)
    .flatMap((alternative) => explainAlternative(alternative, place, engine, depth))
  return uniqueOf([...others.slice(0, MOST_EXPLAINED).map((error) => explainOne(error, place)), ...explained])
}

function explainAlternative(error: ErrorObject, place: Place, engine: Ajv, depth: number): readonly ProblemItem[] {
  const branches = asArray(error.schema).map((branch) => resolve(branch, engine))
  const words = branches.flatMap(constOf)
  if (words.length === branches.length) return [problemAt(error, place, `has to be ${listOf(words)}`)]
  const meant = branches.find((branch) => agrees(branch, error.data))
  if (meant === undefined || depth >= MAX_DEPTH) return [problemAt(error, place, wantedKinds(branches))]
  const validate = engine.compile(meant)
  validate(error.data)
  const inner = (validate.errors ?? []).map((one) => ({ ...one, instancePath: error.instancePath + one.instancePath }))
  return explain(inner, place, engine, depth + 1)
}

/** Whether data says by its constant fields (`"kind": "import"`) that it means this branch, or is at least of the branch's type. */
function agrees(branch: object, data: unknown): boolean {
  const marks = marksOf(branch)
  if (marks.length > 0) return marks.every(({ name, value }) => propertyOf(data, name) === value)
  return propertyOf(branch, 'type') === typeOf(data)
}

function wantedKinds(branches: readonly object[]): string {
  const marks = branches.flatMap(marksOf).map(({ name, value }) => `"${name}": ${JSON.stringify(value)}`)
  return marks.length > 0
    ? `has to hold one of ${[...new Set(marks)].join(', ')}`
    : 'has none of the forms that fit here'
}

/** The constant fields by which a branch is told from the others. */
function marksOf(branch: object): readonly { readonly name: string; readonly value: unknown }[] {
  return Object.entries(asObject(propertyOf(branch, 'properties'))).flatMap(([name, schema]) =>
    constOf(schema).map((value) => ({ name, value })),
  )
}

/** Of bounds: the words for people, who read them beside a field. */
const BOUNDS: Readonly<Record<string, (limit: number) => string>> = {
  minLength: (limit) => (limit === 1 ? 'may not be empty' : `needs at least ${limit} characters`),
  maxLength: (limit) => `may have ${limit} characters at most`,
  minItems: (limit) => (limit === 1 ? 'may not be empty' : `has to hold ${limit} or more`),
  maxItems: (limit) => `may hold ${limit} at most`,
  minimum: (limit) => `has to be ${limit} or more`,
  maximum: (limit) => `has to be ${limit} or less`,
}

function explainOne(error: ErrorObject, place: Place): ProblemItem {
  const { params } = error
  const bound = BOUNDS[error.keyword]
  if (bound !== undefined) return problemAt(error, place, bound(Number(params['limit'])))
  switch (error.keyword) {
    case 'required':
      return problemAt(error, place, 'is missing', params['missingProperty'])
    case 'additionalProperties':
      return problemAt(error, place, unknownField(error), params['additionalProperty'])
    case 'type':
      return problemAt(error, place, `has to be ${article(String(params['type']))}`)
    case 'enum':
      return problemAt(error, place, `has to be ${listOf(params['allowedValues'])}`)
    case 'const':
      return problemAt(error, place, `has to be ${JSON.stringify(params['allowedValue'])}`)
    case 'format':
      return problemAt(error, place, `has to be a ${params['format']}${expectation(error)}`)
    case 'pattern':
      return problemAt(error, place, `has not the form that is expected${expectation(error)}`)
    default:
      return problemAt(
        error,
        place,
        `${(error.message ?? 'does not fit').replace(/^must/, 'has to').replace('NOT', 'not')}`,
      )
  }
}

function unknownField(error: ErrorObject): string {
  const known = Object.keys(asObject(propertyOf(error.parentSchema, 'properties')))
  const near = didYouMean(String(error.params['additionalProperty']), known)
  if (near !== undefined) return `is no field here; perhaps "${near}" was meant`
  return known.length === 0 ? 'is no field here: there are none' : `is no field here; there are ${known.join(', ')}`
}

function expectation(error: ErrorObject): string {
  const description = propertyOf(error.parentSchema, 'description')
  return typeof description === 'string' ? `: ${description.replace(/\.$/, '')}` : ''
}

function problemAt(error: ErrorObject, place: Place, detail: string, name?: unknown): ProblemItem {
  const pointer = name === undefined ? error.instancePath : `${error.instancePath}/${escapePointer(String(name))}`
  const field = {
    body: pointer,
    querystring: `?${pointer.slice(1)}`,
    params: `:${pointer.slice(1)}`,
    headers: pointer.slice(1),
  }
  return { field: shortened(field[place]), detail: `${field[place] === '' ? 'The body' : 'It'} ${detail}.` }
}

/** RFC 6901 §3 */
function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

function shortened(field: string): string {
  return field.length > 200 ? `${field.slice(0, 200)}…` : field
}

function article(type: string): string {
  if (type === 'null') return 'null'
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`
}

function listOf(values: unknown): string {
  const words = asArray(values).map((value) => JSON.stringify(value))
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

/** Whether a JSON pointer leads into what one of these points at. Looks at its own ancestors: there may be thousands of the others. */
function isBelowAny(pointer: string, others: ReadonlySet<string>): boolean {
  for (let end = pointer.lastIndexOf('/'); end >= 0; end = pointer.lastIndexOf('/', end - 1)) {
    if (others.has(pointer.slice(0, end))) return true
    if (end === 0) return false
  }
  return false
}

function resolve(schema: unknown, engine: Ajv): object {
  const named = propertyOf(schema, '$ref')
  return typeof named === 'string' ? asObject(engine.getSchema(named)?.schema) : asObject(schema)
}

function constOf(schema: unknown): readonly unknown[] {
  const value = propertyOf(schema, 'const')
  return value === undefined ? [] : [value]
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The object itself, not a copy: a validator is kept for each schema object. */
function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined
}

function uniqueOf(problems: readonly ProblemItem[]): readonly ProblemItem[] {
  const seen = new Set<string>()
  return problems.filter(({ field, detail }) => {
    const key = `${field} ${detail}`
    return seen.has(key) ? false : seen.add(key)
  })
}
