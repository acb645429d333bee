// Run as a process of its own: takes the lock of its first argument, says so, and holds it until it is killed; or says why
// it could not, and ends.
import { lockFile } from '../../src/store/sqlite/file-lock.ts'

const [path = ''] = process.argv.slice(2)
try {
  lockFile(path)
  process.stdout.write(`held by ${process.pid}\n`)
  setInterval(() => {}, 1000)
} catch (error) {
  process.stdout.write(`${error}\n`)
}
