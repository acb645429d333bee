// What no committed file may contain: addresses of package registries, and paths of somebody's own machine.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './node26.mjs'

// Written so that this file does not contain what it looks for.
const FORBIDDEN = [
  ['the address of a registry', /https?:\/\/[^\s'"/]*(?:registry|npmjs|yarnpkg|artifactory|verdaccio)/i],
  ['the address of a registry', /\bregistry\.(?:npmjs|yarnpkg|npmmirror)\.|\bnpm\.pkg\.github\./i],
  ['a credential of a registry', /_auth(?:Token)?\s*=/],
  ['a path of one machine', /(?<![\w.-])\/work\/|(?<![\w.-])\/(?:home|Users)\/[a-z]/],
  ['a path that leaves the checkout', /(?<![\w/.])(?:\.\.\/)+shared\b/],
]

const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
  .split('\0')
  .filter((file) => file !== '' && existsSync(join(ROOT, file)))
const faults = files.flatMap(faultsIn)
for (const fault of faults) console.log(fault)
process.exit(faults.length === 0 ? 0 : 1)

function faultsIn(file) {
  const lines = readFileSync(join(ROOT, file), 'latin1').split('\n')
  return lines.flatMap((line, index) =>
    FORBIDDEN.filter(([, pattern]) => pattern.test(line)).map(([what]) => `${file}:${index + 1}: ${what}`),
  )
}
