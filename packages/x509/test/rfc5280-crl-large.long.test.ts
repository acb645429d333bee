import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs, run } from '../../../test/support/system-program.ts'
import { measureLargeCrl } from './support/large-crl.ts'

const ENTRIES = 1_000_000

test('a CRL of a million entries takes about a second and its own size', needs('openssl'), async () => {
  measureLargeCrl(10_000)
  const resident = process.memoryUsage.rss()

  const { crl, seconds, octets } = measureLargeCrl(ENTRIES)
  const grown = process.memoryUsage.rss() - resident

  assert.ok(seconds < 2, `${seconds} s`)
  assert.ok(octets < 2 * crl.length, `${octets} octets of buffers for a CRL of ${crl.length}`)
  assert.ok(grown < 1.5 * crl.length, `${grown} octets of memory for a CRL of ${crl.length}`)
  assert.equal(await countByOpenssl(crl), ENTRIES)
})

async function countByOpenssl(crl: Uint8Array): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-crl-'))
  try {
    const file = join(folder, 'large.crl')
    await writeFile(file, crl)
    const args = ['crl', '-inform', 'DER', '-in', file, '-noout', '-text']
    const { stdout } = await run('openssl', args, { timeoutMs: 300_000 })
    let count = 0
    for (let at = stdout.indexOf('Serial Number:'); at >= 0; at = stdout.indexOf('Serial Number:', at + 1)) count++
    return count
  } finally {
    await rm(folder, { recursive: true })
  }
}
