import pg from 'pg'

/** How columns arrive: the same JavaScript values as from SQLite. All other types as `pg` has them. */
export const POSTGRES_TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (format !== 'binary') {
      if (oid === INT8 || oid === NUMERIC) return safeNumber
      if (oid === BYTEA) return bytes
    }
    return pg.types.getTypeParser(oid, format as 'text')
  },
}

const BYTEA = 17
const INT8 = 20
/** What `sum` makes of an int8. */
const NUMERIC = 1700

/** As `node:sqlite` does: a number that JavaScript cannot hold exactly is an error and never a near miss. */
function safeNumber(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) || !/^-?\d+$/.test(text)) return number
  throw new RangeError('a number of the database is too large to be represented exactly')
}

function bytes(text: string): Uint8Array {
  return Uint8Array.fromHex(text.slice(2))
}
