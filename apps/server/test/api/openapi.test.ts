import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { SCHEMAS } from '@chancery/api'
import { Ajv } from 'ajv'
import { apiWorld, type Json } from './api-world.ts'

const api = await apiWorld({ after, fullName: 'openapi' })
const { body: description } = await api.get('/api/openapi.json')
const operations = Object.entries<Json>(description.paths).flatMap(([path, methods]) =>
  Object.entries<Json>(methods).map(([method, operation]) => ({ path, method, operation })),
)

test('every reference leads somewhere, and every named schema is referred to', () => {
  const { schemas } = description.components
  const names = new Set(
    [...JSON.stringify(description).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name),
  )

  assert.deepEqual([...names].toSorted(), Object.keys(schemas).toSorted())
})

test('every schema is one as JSON Schema has them', () => {
  const isSchema = new Ajv().getSchema('http://json-schema.org/draft-07/schema')
  const taken = operations.flatMap(({ path, operation }) =>
    [...(operation.parameters ?? []), ...Object.values<Json>(operation.requestBody?.content ?? {})].map(
      ({ schema }) => ({
        path,
        schema,
      }),
    ),
  )

  assert.ok(taken.length > 100 && SCHEMAS.length > 50)
  for (const schema of [...SCHEMAS, ...taken.map((one) => one.schema)]) {
    assert.ok(isSchema?.(schema), `${JSON.stringify(schema)} ${JSON.stringify(isSchema?.errors)}`)
  }
})

test('every operation says what it is, who may call it, and how it refuses', () => {
  for (const { path, method, operation } of operations) {
    assert.ok(operation.summary.length > 5, `${method} ${path}`)
    assert.match(
      operation.description,
      /Role (owner|administrator|officer|auditor) or above|Operators of|Whoever is signed in|Anyone/,
    )
    assert.ok(operation.responses.default.content['application/problem+json'], `${method} ${path}`)
    for (const parameter of operation.parameters ?? []) assert.ok(parameter.schema, `${path} ${parameter.name}`)
  }
})

test('nouns stand in the plural but for what there is one of, fields in camelCase', () => {
  for (const { path } of operations.filter((one) => one.path.startsWith('/api/v1/'))) {
    // What is open to strangers stands together, under `public`.
    const [first = '', second = ''] = path.slice('/api/v1/'.length).split('/')
    const noun = first === 'public' ? second : first
    assert.match(noun, /^([a-z-]+s|session|account|tenant|installation|setup|overview|attention)$|policies$/)
  }
  for (const [name, schema] of Object.entries<Json>(description.components.schemas)) {
    for (const field of Object.keys(schema.properties ?? {}))
      assert.match(field, /^[a-z][A-Za-z0-9]*$/, `${name}.${field}`)
  }
})

test('bodies are closed, and each field that is no plain word is described', () => {
  for (const [name, schema] of Object.entries<Json>(description.components.schemas)) {
    if (schema.type === 'object') assert.equal(schema.additionalProperties, false, name)
    assert.ok(schema.description !== undefined || name.endsWith('Page') || name === 'Problem', name)
  }
})

test('the description that is committed is the one that is served', () => {
  const committed = JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8'))

  assert.deepEqual(committed.paths, description.paths)
  assert.deepEqual(committed.components, description.components)
})
