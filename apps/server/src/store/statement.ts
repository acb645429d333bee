import { createHash } from 'node:crypto'
import { type Compilable, type CompiledQuery, type QueryResult, type RawBuilder, sql } from 'kysely'
import type { Direct, NamedQuery } from './direct.ts'
import type { Parameter } from './parameters.ts'

/** A statement whose text was built once: each run only gives it its values. For what is run for every certificate. */
export type Statement<Values, Row> = (db: Direct, values: Values) => Promise<QueryResult<Row>>

/** Where in the text a value goes. */
export type Place<Values> = <Name extends keyof Values>(name: Name) => RawBuilder<Values[Name]>

/** The statement that `build` builds on its first run. */
export function statement<Values extends Readonly<Record<keyof Values, Parameter>>, Row>(
  build: (place: Place<Values>) => Compilable<Row>,
): Statement<Values, Row> {
  let compiled: NamedQuery<Row> | undefined
  return (db, values) => {
    compiled ??= named(build((name) => sql`${new Named(name)}`).compile())
    const parameters: unknown[] = []
    for (const value of compiled.parameters)
      parameters.push(value instanceof Named ? values[nameIn<Values>(value)] : value)
    const { query, queryId, sql: text, name } = compiled
    return db.executeCompiled({ query, queryId, sql: text, name, parameters })
  }
}

/** PostgreSQL takes 63 octets. */
function named<Row>(query: CompiledQuery<Row>): NamedQuery<Row> {
  return { ...query, name: createHash('sha256').update(query.sql).digest('base64url') }
}

/** Stands for a value that is not known yet. */
class Named {
  readonly name: PropertyKey
  constructor(name: PropertyKey) {
    this.name = name
  }
}

/** The builder's places are the names of its values. */
function nameIn<Values>({ name }: Named): keyof Values {
  return name as keyof Values
}

/** All values of a row as places, in the order of `names`, for `INSERT … SELECT`. */
export function placesOf<Values, Name extends keyof Values & string>(place: Place<Values>, names: readonly Name[]) {
  return names.map((name) => place(name).as(name))
}
