// `npm start`: installs what is missing, builds the console where it changed, then serves. Arguments after `--` go to `chancery serve`.
import { join } from 'node:path'
import { buildConsoleOrExit } from './build-console.mjs'
import { installOrExit } from './install.mjs'
import { becomeNode26, ROOT, stopWithParent } from './node26.mjs'

await installOrExit()
await buildConsoleOrExit()
stopWithParent()
becomeNode26([join(ROOT, 'apps', 'server', 'bin', 'chancery.mjs'), 'serve', ...process.argv.slice(2)])
