import { AcmeProblem } from './acme-problem.ts'

/** A field of a payload, if it is there. */
export function fieldOf(payload: object, name: string): unknown {
  return Object.hasOwn(payload, name) ? Reflect.get(payload, name) : undefined
}

/** A text of a payload. Throws `AcmeProblem` 'malformed' for what is there and is none. */
export function textOf(payload: object, name: string): string | undefined {
  const value = fieldOf(payload, name)
  if (value === undefined || typeof value === 'string') return value
  throw malformed(`The field "${name}" is no text.`)
}

/** A text that must be there. Throws `AcmeProblem` 'malformed'. */
export function neededText(payload: object, name: string): string {
  const value = textOf(payload, name)
  if (value === undefined) throw malformed(`The field "${name}" is missing.`)
  return value
}

/** A flag of a payload; false when it is not there. Throws `AcmeProblem` 'malformed'. */
export function flagOf(payload: object, name: string): boolean {
  const value = fieldOf(payload, name)
  if (value === undefined || typeof value === 'boolean') return value ?? false
  throw malformed(`The field "${name}" is neither true nor false.`)
}

/** A list of a payload, if it is there. Throws `AcmeProblem` 'malformed'. */
export function listOf(payload: object, name: string): readonly unknown[] | undefined {
  const value = fieldOf(payload, name)
  if (value === undefined) return undefined
  if (Array.isArray(value)) return value
  throw malformed(`The field "${name}" is no list.`)
}

/** The payload of a request that asks for something to be done: a POST-as-GET does not. Throws `AcmeProblem` 'malformed'. */
export function neededPayload(payload: object | undefined): object {
  if (payload === undefined)
    throw malformed('The payload is empty, which asks to be shown something (RFC 8555 §6.3). Send a JSON object.')
  return payload
}

/** What cannot be understood, and why. */
export function malformed(detail: string): AcmeProblem {
  return new AcmeProblem('malformed', detail)
}
