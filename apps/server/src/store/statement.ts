import { createHash } from 'node:crypto'
import { type Compilable, type CompiledQuery, type QueryResult, type RawBuilder, sql } from 'kysely'
import type { Direct } from './direct.ts'
import type { Parameter } from './parameters.ts'

/** A statement whose text was built once: each run only gives it its values. For what is run for every certificate. */
export type Statement<Values, Row> = (db: Direct, values: Values) => Promise<QueryResult<Row>>

/** Where in the text a value goes. */
export type Place<Values> = <Name extends keyof Values>(name: Name) => RawBuilder<Values[Name]>

/** The statement that `build` builds on its first run. */
export function statement<Values extends Readonly<Record<keyof Values, Parameter>>, Row>(
  build: (place: Place<Values>) => Compilable<Row>,
): Statement<Values, Row> {
  let compiled: CompiledQuery<Row> | undefined
  let name: string | undefined
  return (db, values) => {
    // From the second run on: what is built for a single one is not to stay on every connection.
    if (compiled !== undefined) name ??= nameOf(compiled)
    compiled ??= build((place) => sql`${new Named(place)}`).compile()
    const { query, queryId, sql: text, parameters: places } = compiled
    const parameters = places.map((place) => (place instanceof Named ? values[nameIn<Values>(place)] : place))
    return db.executeCompiled({ query, queryId, sql: text, parameters, ...(name !== undefined && { name }) })
  }
}

/** The same for the same text. PostgreSQL takes 63 octets. */
function nameOf({ sql: text }: CompiledQuery): string {
  return createHash('sha256').update(text).digest('base64url')
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
