// Whether any clone, on any machine, can install from package-lock.json.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { npm } from './install.mjs'
import { ROOT } from './node26.mjs'

const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
const { optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const faults = []

for (const [path, entry] of Object.entries(lock.packages)) {
  if (!path.includes('node_modules/') || entry.link) continue
  if (entry.resolved !== undefined) {
    faults.push(`${path} names where it was downloaded. Keep .npmrc as it is, and run \`npm install\` again.`)
  }
  if (entry.integrity === undefined) faults.push(`${path} has no integrity: npm would install anything under its name.`)
}
for (const [name, version] of Object.entries(optionalDependencies)) {
  if (!/^\d+\.\d+\.\d+$/.test(version)) faults.push(`${name} is ${version}: Node is pinned to an exact version.`)
  if (lock.packages[`node_modules/${name}`]?.version !== version) {
    faults.push(`${name} ${version} is not in the lock file: its platform could not run Chancery.`)
  }
}
try {
  npm(['ci', '--dry-run', '--loglevel=error'])
} catch {
  faults.push(
    '`npm ci` would refuse the lock file; its reason is above. After a change of package.json: `npm install`.',
  )
}

for (const fault of faults) console.log(fault)
process.exit(faults.length === 0 ? 0 : 1)
