type Present<Row> = { readonly [Key in keyof Row as null extends Row[Key] ? never : Key]: Row[Key] }
type Perhaps<Row> = { readonly [Key in keyof Row as null extends Row[Key] ? Key : never]?: NonNullable<Row[Key]> }

/** A row has null where a domain value has nothing. */
export function withoutNulls<Row extends object>(row: Row): Present<Row> & Perhaps<Row> {
  const value = Object.fromEntries(Object.entries(row).filter(([, entry]) => entry !== null))
  return value as Present<Row> & Perhaps<Row>
}

/** What stands in a column that only some rows may leave empty, and this one may not. */
export function present<Value>(value: Value | null, column: string): Value {
  if (value === null) throw new Error(`the column ${column} is empty in a row that cannot be without it`)
  return value
}
