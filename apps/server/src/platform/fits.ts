import { Ajv, type ValidateFunction } from 'ajv'
import type { Static, TSchema } from 'typebox'

const engine = new Ajv({ strict: true, strictTypes: false })
const compiled = new WeakMap<TSchema, ValidateFunction>()

/** Whether a value has a shape. For what is checked now and then; requests are judged, and told what is wrong, by `validation.ts`. */
export function fits<Schema extends TSchema>(schema: Schema, value: unknown): value is Static<Schema> {
  const check = compiled.get(schema) ?? engine.compile(schema)
  compiled.set(schema, check)
  return check(value) === true
}
