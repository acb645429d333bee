#!/usr/bin/env node
// npm and npx may start this with the machine's own Node: it hands over to the Node 26 of the checkout.
import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { becomeNode26, COMPILE_CACHE, runsOnNode26, stopWithParent } from '../../../scripts/node26.mjs'

const main = new URL('../src/main.ts', import.meta.url)
const QUICK = new URL('../../../scripts/direct-imports.mjs', import.meta.url).href
stopWithParent()
// Who starts a demo wants to look around in a browser, and may have started nothing before.
if (process.argv[2] === 'demo') await (await import('../../../scripts/build-console.mjs')).buildConsoleOrExit()
if (runsOnNode26) {
  // Where it cannot be written it is left out.
  module.enableCompileCache(COMPILE_CACHE)
  await import(QUICK)
  await import(main.href)
} else {
  becomeNode26([`--import=${QUICK}`, fileURLToPath(main), ...process.argv.slice(2)])
}
