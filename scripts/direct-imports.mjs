// Loading this makes imports quicker for the whole process: half of a start of Chancery is Node's search for nearly two thousand modules.
// An import that names a file of ours, or of a package of many small modules, is that file: no folder is searched for a package.json,
// and no link is followed. Where the tests and the server run, `--import` or the launcher loads it; without it all works the same.
import { registerHooks } from 'node:module'

/** Packages all of whose `.js` are ES modules. An `.mjs` is one in any package. */
const OF_MODULES = /\/node_modules\/(?:kysely|typebox)\/.*\.js$/

/** What a name was found to be from a folder of a workspace: `src` or `test`. */
const found = new Map()

registerHooks({
  resolve(specifier, context, next) {
    const { parentURL } = context
    if (parentURL === undefined) return next(specifier, context)
    if (specifier.startsWith('./') || specifier.startsWith('../')) {
      const url = new URL(specifier, parentURL).href
      const format = formatOf(url, parentURL)
      return format === undefined ? next(specifier, context) : { url, format, shortCircuit: true }
    }
    return parentURL.endsWith('.ts') && !context.conditions.includes('require')
      ? byName(specifier, context, next)
      : next(specifier, context)
  },
})

/** Undefined for what Node has to look at itself. */
function formatOf(url, parentURL) {
  if (url.endsWith('.ts') && parentURL.endsWith('.ts')) return 'module-typescript'
  if (url.endsWith('.mjs') && parentURL.endsWith('.mjs')) return 'module'
  return OF_MODULES.test(url) && OF_MODULES.test(parentURL) ? 'module' : undefined
}

/** Whatever the files of one folder call by the same name is the same: `node:fs`, a package, a workspace. */
function byName(specifier, context, next) {
  const { parentURL } = context
  const folder = parentURL.slice(0, Math.max(parentURL.lastIndexOf('/src/'), parentURL.lastIndexOf('/test/')))
  const key = `${specifier} ${folder}`
  const known = found.get(key) ?? { ...next(specifier, context), shortCircuit: true }
  found.set(key, known)
  return known
}
