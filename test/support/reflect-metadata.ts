/** The three functions of the metadata proposal that `@peculiar/x509` calls by way of tsyringe, which brings none itself. */
const metadata = new WeakMap<object, Map<unknown, unknown>>()

const get = (key: unknown, target: object): unknown => metadata.get(target)?.get(key)

Object.assign(Reflect, {
  getMetadata: get,
  getOwnMetadata: get,
  defineMetadata: (key: unknown, value: unknown, target: object) => {
    const values = metadata.get(target) ?? new Map<unknown, unknown>()
    metadata.set(target, values.set(key, value))
  },
})
