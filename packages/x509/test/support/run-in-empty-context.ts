/**
 * Run by `browser.test.ts` with `--experimental-vm-modules`: loads the package into a context that has ECMAScript and
 * TextEncoder/TextDecoder and nothing of Node.js, runs the program on its standard input there (as a file of `test/`), and prints
 * what that left in `result` as JSON.
 */
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { createContext, type Module, SourceTextModule } from 'node:vm'

const context = createContext({ TextEncoder, TextDecoder })
const loaded = new Map<string, SourceTextModule>()

function load(url: string): SourceTextModule {
  const known = loaded.get(url)
  if (known !== undefined) return known
  const source = stripTypeScriptTypes(readFileSync(new URL(url), 'utf8'))
  const module = new SourceTextModule(source, { context, identifier: url })
  loaded.set(url, module)
  return module
}

const main = new SourceTextModule(readFileSync(process.stdin.fd, 'utf8'), {
  context,
  identifier: new URL('../', import.meta.url).href,
})
await main.link((specifier: string, from: Module) => {
  if (!specifier.startsWith('.')) throw new Error(`${from.identifier} imports ${specifier}`)
  return load(new URL(specifier, from.identifier).href)
})
await main.evaluate()
process.stdout.write(JSON.stringify({ modules: loaded.size, result: context['result'] }))
