import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Certificate, encodePem } from '@chancery/x509'
import { NOW } from './world.ts'

const run = promisify(execFile)

/** OpenSSL's command line over files in a folder of their own. */
export interface Openssl {
  readonly verify: (chain: readonly Certificate[], leaf: Certificate, ...options: readonly string[]) => Promise<Verdict>
  readonly text: (certificate: Certificate) => Promise<string>
  readonly close: () => Promise<void>
}
export interface Verdict {
  readonly valid: boolean
  readonly words: string
}

export async function openOpenssl(): Promise<Openssl> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-openssl-'))
  let files = 0
  const file = async (certificates: readonly Certificate[]) => {
    const path = join(folder, `${files++}.pem`)
    await writeFile(path, certificates.map(({ der }) => encodePem('CERTIFICATE', der)).join(''))
    return path
  }
  return {
    /** `chain` from the issuer to the root. */
    async verify(chain, leaf, ...options) {
      const trusted = ['-CAfile', await file(chain.slice(-1))]
      const untrusted = chain.length > 1 ? ['-untrusted', await file(chain.slice(0, -1))] : []
      const time = ['-attime', `${NOW / 1000}`]
      const args = ['verify', '-x509_strict', ...time, ...options, ...trusted, ...untrusted, await file([leaf])]
      try {
        return { valid: true, words: (await run('openssl', args)).stdout }
      } catch (error) {
        assert.ok(error instanceof Error && 'stderr' in error, 'openssl could not be run')
        return { valid: false, words: String(error.stderr) }
      }
    },
    async text(certificate) {
      const { stdout } = await run('openssl', [
        'x509',
        '-noout',
        '-text',
        '-nameopt',
        'RFC2253',
        '-in',
        await file([certificate]),
      ])
      return stdout
    },
    close: () => rm(folder, { recursive: true }),
  }
}
