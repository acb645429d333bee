import { createHash } from 'node:crypto'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

const REAL = fileURLToPath(new URL('../..', import.meta.url))

/** Makes a folder with these files, by their paths in it; it goes when the test ends. */
export function folderWith(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-tooling-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), source)
  }
  return folder
}

/** A small checkout with the real scripts, in which Node 26 is installed already and the server is what `files` say. */
export function checkoutWith(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = folderWith(t, { 'package-lock.json': '{}', 'package.json': '{ "type": "module" }', ...files })
  for (const path of ['scripts', 'chancery', 'apps/server/bin'])
    cpSync(join(REAL, path), join(root, path), { recursive: true })
  chmodSync(join(root, 'chancery'), 0o755)

  const bin = join(root, `node_modules/node-${process.platform}-${process.arch}/bin`)
  mkdirSync(bin, { recursive: true })
  symlinkSync(process.execPath, join(bin, 'node'))
  const lock = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  writeFileSync(join(root, 'node_modules/.chancery-lock'), lock.digest('hex'))
  return root
}
