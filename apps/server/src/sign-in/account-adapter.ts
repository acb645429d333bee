import { createAdapterFactory } from 'better-auth/adapters'
import { APIError } from 'better-auth/api'
import type { SignInProvider } from '../platform/sign-in-settings.ts'
import { accountModels } from './account-models.ts'
import { challengeModel } from './challenge-model.ts'
import { passkeyModel } from './passkey-model.ts'
import { secondFactorModel } from './second-factor-model.ts'
import { sessionModel } from './session-model.ts'
import { currentCall } from './sign-in-call.ts'
import type { SignInParts } from './sign-in-parts.ts'

/** A row as better-auth has it: dates, booleans, its own names. */
export type Row = Readonly<Record<string, unknown>>

/** What a statement of better-auth asks for: its conditions, and what it writes. */
export interface Asked {
  /** By field, or by field and operator where that is not equality: `expiresAt lt`. */
  readonly where: Row
  readonly data: Row
}

/** What one of better-auth's models can be asked: `find userId`, `update id`. Whatever is not listed here is refused. */
export type Model = Readonly<Record<string, (asked: Asked) => Promise<Row | readonly Row[] | number | undefined>>>

/**
 * The tables of accounts as better-auth sees them. It writes no SQL here: each of its statements has a name, is answered by a port
 * of ours, and so runs on both engines, hashes and seals what is secret, and writes its audit record. A statement that a newer
 * release of it brings fails, with its name, until somebody has thought about it.
 */
export function accountAdapter(parts: SignInParts, providers: readonly SignInProvider[]) {
  const models: Readonly<Record<string, Model>> = {
    ...accountModels(parts, providers),
    session: sessionModel(parts),
    verification: challengeModel(parts),
    twoFactor: secondFactorModel(parts),
    passkey: passkeyModel(parts),
  }
  const ask = async (model: string, verb: string, where: readonly Condition[] = [], data: Row = {}) => {
    const fields = conditionsOf(where)
    const name = [verb, ...Object.keys(fields).sort()].join(' ')
    const answer = models[model]?.[name]
    if (answer === undefined) throw new Error(`better-auth asked "${name}" of ${model}, which nobody foresaw`)
    try {
      return await answer({ where: fields, data })
    } catch (error) {
      if (!(error instanceof APIError)) currentCall().failure ??= error
      throw error
    }
  }
  const one = async (...asked: Parameters<typeof ask>) => {
    const answer = await ask(...asked)
    return Array.isArray(answer) ? answer[0] : answer
  }
  return createAdapterFactory({
    config: { adapterId: 'chancery', supportsNumericIds: false, customIdGenerator: () => parts.newId() },
    adapter: () => ({
      create: async ({ model, data }) => rowAs(await one(model, 'create', [], data)),
      findOne: async ({ model, where }) => rowAs((await one(model, 'find', where)) ?? null),
      findMany: async ({ model, where }) => rowAs(listOf(await ask(model, 'find', where))),
      update: async ({ model, where, update }) => rowAs((await one(model, 'update', where, Object(update))) ?? null),
      updateMany: async ({ model, where, update }) => Number(await ask(model, 'update', where, update)),
      delete: async ({ model, where }) => void (await ask(model, 'delete', where)),
      deleteMany: async ({ model, where }) => Number(await ask(model, 'delete', where)),
      consumeOne: async ({ model, where }) => rowAs((await one(model, 'consume', where)) ?? null),
      incrementOne: async ({ model, where, set }) => rowAs((await one(model, 'replace', where, set)) ?? null),
      count: async ({ model, where }) => Number(await ask(model, 'count', where)),
    }),
  })
}

interface Condition {
  readonly field: string
  readonly value: unknown
  readonly operator: string | undefined
  readonly connector: string | undefined
}

function conditionsOf(where: readonly Condition[]): Row {
  const fields = where.map(({ field, operator = 'eq', value, connector = 'AND' }) => {
    if (connector !== 'AND') throw new Error(`better-auth asked with ${connector}, which nobody foresaw`)
    return [operator === 'eq' ? field : `${field} ${operator}`, value]
  })
  return Object.fromEntries(fields)
}

function listOf(answer: Row | readonly Row[] | number | undefined): readonly unknown[] {
  if (answer === undefined) return []
  return Array.isArray(answer) ? answer : [answer]
}

/** better-auth says of which type its rows are, and trusts whoever stores them. */
function rowAs<T>(value: unknown): T {
  return value as T
}

/** A text of a row. */
export function textOf(row: Row, field: string): string {
  const value = row[field]
  if (typeof value !== 'string') throw new Error(`better-auth gave no text for ${field}`)
  return value
}

/** A moment of a row, in milliseconds. */
export function momentOf(row: Row, field: string): number {
  const value = row[field]
  if (!(value instanceof Date)) throw new Error(`better-auth gave no time for ${field}`)
  return value.getTime()
}
