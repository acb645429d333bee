import { TransactionMisused } from './database-errors.ts'

/** What a portable statement may carry. */
export type Parameter = null | string | number | bigint | Uint8Array

/**
 * Refuses values that an engine would take for something else: `node:sqlite` reads a Date or an object in the first
 * place as a set of named parameters and stores NULL without a word, `pg` stores `undefined` as NULL and objects as JSON.
 * The message names place and type, never the value. `known` are the classes and types that the engine knows beyond
 * the portable ones.
 */
export function checkParameters(
  parameters: readonly unknown[],
  known: (value: unknown) => boolean = () => false,
): readonly Parameter[] {
  for (let i = 0; i < parameters.length; i++) {
    const problem = problemWith(parameters[i])
    if (problem === undefined || known(parameters[i])) continue
    throw new TransactionMisused(`parameter ${i + 1} of the statement is ${problem}`)
  }
  return parameters as readonly Parameter[]
}

function problemWith(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'bigint':
      return undefined
    case 'number':
      return Number.isSafeInteger(value) ? undefined : 'a number that is no safe integer'
    case 'object':
      if (value === null || value instanceof Uint8Array) return undefined
      return value instanceof Date
        ? 'a Date: times are stored as integer milliseconds'
        : 'an object: store JSON as text, bytes as Uint8Array'
    case 'boolean':
      return 'a boolean: stored as 0 or 1'
    default:
      return `${typeof value}: say null where nothing is meant`
  }
}
