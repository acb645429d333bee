import { type SerializerFactory, SerializerSelector } from '@fastify/fast-json-stringify-compiler'

/**
 * Compiles what writes answers, with the shared schemas that it refers to and no others. The compiler looks through all that it is
 * given, each time: with all of them the routes took half of the time in which the server starts.
 */
export const compiledSerializersOf: SerializerFactory = (shared, options) => {
  const compile = SerializerSelector()
  return (route) => compile(referredTo(route.schema, shared), options)(route)
}

/** The same, each compiled before the first answer of its kind: most that a server can say it says seldom. */
export const serializersOf: SerializerFactory = (shared, options) => {
  const compile = compiledSerializersOf(shared, options)
  return (route) => {
    let write: ReturnType<typeof compile> | undefined
    return (answer) => {
      write ??= compile(route)
      return write(answer)
    }
  }
}

/** The shared schemas, by their `$id`, to which a schema refers directly or through others. */
function referredTo(schema: unknown, shared: unknown): Readonly<Record<string, unknown>> {
  const known = new Map(isObject(shared) ? Object.entries(shared) : [])
  const needed: Record<string, unknown> = {}
  const look = (value: unknown): void => {
    if (!isObject(value)) return
    for (const [key, inner] of Object.entries(value)) {
      if (key !== '$ref' || typeof inner !== 'string') {
        look(inner)
        continue
      }
      const [id = ''] = inner.split('#')
      if (id in needed || !known.has(id)) continue
      needed[id] = known.get(id)
      look(needed[id])
    }
  }
  look(schema)
  return needed
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
