/** JSON text of a value of this type, as a column holds it. */
export type Json<T> = string & { readonly json: T }

export function toJson<T>(value: T): Json<T> {
  return JSON.stringify(value) as Json<T>
}

/** What `toJson` wrote: the database holds no other JSON, so nothing is checked again. */
export function fromJson<T>(text: Json<T>): T {
  return JSON.parse(text) as T
}
