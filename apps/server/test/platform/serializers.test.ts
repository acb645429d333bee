import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idOf, SCHEMAS } from '@chancery/api'
import type { Place } from '../../src/platform/explain-validation.ts'
import { schemaOf } from '../../src/platform/route-schema.ts'
import { compiledSerializersOf, serializersOf } from '../../src/platform/serializers.ts'
import { createValidators } from '../../src/platform/validation.ts'
import type { AboveDomain } from '../../src/protocols/api/above-domain.ts'
import type { ApiDomain } from '../../src/protocols/api/api-domain.ts'
import { API_ROUTES } from '../../src/protocols/api/api-routes.ts'
import type { SignInDomain } from '../../src/sign-in/sign-in-domain.ts'
import { SIGN_IN_ROUTES } from '../../src/sign-in/sign-in-routes.ts'

const ROUTE = { method: 'GET', url: '/things', httpStatus: '200' }

test('an answer is written by its schema, and by those that this refers to, also through others', () => {
  const shared = {
    Leaf: { $id: 'Leaf', type: 'object', properties: { name: { type: 'string' } } },
    Tree: { $id: 'Tree', type: 'object', properties: { leaf: { $ref: 'Leaf#' }, below: { $ref: 'Tree#' } } },
  }
  const schema = { type: 'array', items: { $ref: 'Tree#' } }

  const text = serializersOf(shared)({ ...ROUTE, schema })([
    { leaf: { name: 'a', secret: 1 }, below: { leaf: { name: 'b' } } },
  ])

  assert.equal(text, '[{"leaf":{"name":"a"},"below":{"leaf":{"name":"b"}}}]')
})

test('a shared schema that nothing refers to is not looked at', () => {
  const shared = { Broken: { $id: 'Broken', type: 'no such type' } }
  const schema = { type: 'object', properties: { name: { type: 'string' } } }

  assert.equal(serializersOf(shared)({ ...ROUTE, schema })({ name: 'x', other: 1 }), '{"name":"x"}')
  assert.throws(() => serializersOf(shared)({ ...ROUTE, schema: { $ref: 'Broken#' } })({}))
})

test('every schema of every route compiles, though a server compiles each when it is needed', () => {
  const validators = createValidators()
  const shared = Object.fromEntries(SCHEMAS.map((schema) => [idOf(schema), schema]))
  const compile = compiledSerializersOf(shared)
  let compiled = 0

  for (const row of [...API_ROUTES, ...SIGN_IN_ROUTES]) {
    const { body, params, querystring, headers } = schemaOf<ApiDomain, AboveDomain & SignInDomain>(row)
    for (const [place, schema] of Object.entries({ body, params, querystring, headers })) {
      if (!isSchema(schema)) continue
      validators(schema, place as Place)({})
      compiled++
    }
    for (const schema of Object.values(row.schema.response)) {
      compile({ ...ROUTE, schema })
      compiled++
    }
  }

  assert.ok(compiled > 300, `${compiled} schemas`)
})

function isSchema(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
