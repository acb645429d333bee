// Loaded into each process of a whole test run (`--import`): modules that are in the bundle are taken from there.
import { readFileSync } from 'node:fs'
import module from 'node:module'
import { join } from 'node:path'

const { searchParams } = new URL(import.meta.url)
const bundled = new Map(
  Object.entries(JSON.parse(readFileSync(join(searchParams.get('bundle') ?? '', 'modules.json'), 'utf8'))),
)

// A test may start an older Node, which has no such hooks: it loads the sources.
module.registerHooks?.({
  resolve(specifier, context, next) {
    const url = bundled.get(specifier)
    if (url !== undefined) return { url, format: 'module', shortCircuit: true }
    // The path of a source beside the one that imports it: there is nothing to look for.
    if (specifier.startsWith('.') && specifier.endsWith('.ts') && context.parentURL?.startsWith('file:')) {
      return { url: new URL(specifier, context.parentURL).href, format: 'module-typescript', shortCircuit: true }
    }
    return next(specifier, context)
  },
})
