import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { run } from '../support/system-program.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Loads what `chancery serve` needs and prints each module, with its format. */
const LOADS = `
  import { registerHooks } from 'node:module'
  const loaded = new Set()
  registerHooks({ load: (url, context, next) => {
    const module = next(url, context)
    loaded.add(module.format + ' ' + url)
    return module
  } })
  await import('./apps/server/src/serve-chancery.ts')
  process.stdout.write([...loaded].sort().join('\\n'), () => process.exit())`

test('with the quick search for modules the server is made of the same modules as with that of Node', async () => {
  const usual = await modules()
  const quick = await modules(`--import=${new URL('../../scripts/direct-imports.mjs', import.meta.url).href}`)

  assert.ok(usual.length > 1000, usual.join('\n'))
  assert.deepEqual(quick, usual)
})

async function modules(...options: readonly string[]): Promise<readonly string[]> {
  const args = [...options, '--input-type=module', '--eval', LOADS]
  const { stdout, stderr } = await run(process.execPath, args, { cwd: ROOT })
  return `${stdout}${stderr}`.trim().split('\n')
}
