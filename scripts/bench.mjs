// `npm run bench`: installs what is missing, then measures. Arguments after `--` go to bench/main.ts.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { installOrExit } from './install.mjs'
import { becomeNode26, ROOT } from './node26.mjs'

const main = join(ROOT, 'bench', 'main.ts')
if (!existsSync(main)) {
  console.error('There is nothing to measure yet: bench/main.ts does not exist.')
  process.exit(1)
}
await installOrExit()
becomeNode26(['--expose-gc', main, ...process.argv.slice(2)])
