import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serializersOf } from '../../src/platform/serializers.ts'

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
  assert.throws(() => serializersOf(shared)({ ...ROUTE, schema: { $ref: 'Broken#' } }))
})
