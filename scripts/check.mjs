// `npm run check`: everything about the source that a program can judge, in parallel, and one table of results.
import { spawn } from 'node:child_process'
import { installOrExit } from './install.mjs'
import { findNode26, ROOT } from './node26.mjs'

const TSC = ['node_modules/typescript/bin/tsc', '-p']

/** What is checked, and the program (run by Node 26, in the checkout) whose success says that it holds. */
const PARTS = [
  ['types', [...TSC, 'tsconfig.json']],
  ['console types', [...TSC, 'apps/console/tsconfig.json']],
  ['layout and lint', ['node_modules/@biomejs/biome/bin/biome', 'ci', '--error-on-warnings', '--colors=off']],
  ['nothing unused', ['node_modules/knip/bin/knip.js', '--no-progress', '--no-config-hints']],
  ['architecture', ['scripts/architecture.mjs']],
  ['lock file', ['scripts/check-lock-file.mjs']],
  ['words', ['scripts/check-words.mjs']],
  // Generated files are those that their programs would write now.
  ['generated files', ['apps/server/src/commands/write-generated.ts', '--check']],
]

await installOrExit()
const results = await Promise.all(PARTS.map(([name, args]) => runPart(name, args)))
for (const { name, passed, output } of results) {
  if (!passed) console.log(`── ${name} ${'─'.repeat(80 - name.length)}\n${output.trim()}\n`)
}
for (const { name, passed, seconds } of results) {
  console.log(`${passed ? '✔' : '✖'} ${name.padEnd(16)} ${seconds.toFixed(1).padStart(6)} s`)
}
const failed = results.filter(({ passed }) => !passed)
console.log(failed.length === 0 ? '\nAll checks passed.' : `\n${failed.length} of ${results.length} checks failed.`)
process.exit(failed.length === 0 ? 0 : 1)

function runPart(name, args) {
  const began = performance.now()
  const child = spawn(findNode26(), args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  return new Promise((resolve) => {
    const end = (passed) => resolve({ name, passed, output, seconds: (performance.now() - began) / 1000 })
    child.on('close', (code) => end(code === 0))
    child.on('error', (error) => {
      output += error.message
      end(false)
    })
  })
}
