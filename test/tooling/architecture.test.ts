import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { run } from '../support/system-program.ts'
import { folderWith } from './checkout.ts'

const SCRIPT = fileURLToPath(new URL('../../scripts/architecture.mjs', import.meta.url))

/** A checkout that keeps to the architecture; each test plants one file in it. */
const SOUND = {
  'packages/x509/README.md': 'bytes',
  'packages/x509/src/index.ts': "export { decode } from './decode.ts'\n",
  'packages/x509/src/decode.ts': 'export const decode = (der: Uint8Array, now: number) => new Date(now - der.length)\n',
  'packages/x509/test/decode.test.ts':
    "import { createHash } from 'node:crypto'\nimport { decode } from '../src/decode.ts'\n",
  'packages/pki/README.md': 'decisions',
  'packages/pki/src/index.ts': "export type { Draft } from './draft.ts'\n",
  'packages/pki/src/draft.ts': "import { decode } from '@chancery/x509'\n",
  'apps/server/src/main.ts': "import { openStore } from './store/open-store.ts'\n",
  'apps/server/src/store/README.md': 'rows',
  'apps/server/src/store/open-store.ts': "import type { enroll } from '../enrollment/enroll.ts'\n",
  'apps/server/src/enrollment/README.md': 'the door',
  'apps/server/src/enrollment/enroll.ts':
    "import { issue } from '../issuance/issue.ts'\nimport type { Draft } from '@chancery/pki'\n",
  'apps/server/src/issuance/README.md': 'the path',
  'apps/server/src/issuance/issue.ts': "import { randomBytes } from 'node:crypto'\nexport const at = Date.now()\n",
  'apps/server/src/protocols/acme/README.md': 'RFC 8555',
  'apps/server/src/protocols/acme/new-order.ts': "import { enroll } from '../../enrollment/enroll.ts'\n",
  'apps/server/src/protocols/scep/README.md': 'RFC 8894',
  'apps/server/src/protocols/scep/pkcs-req.ts': "import type { Outcome } from '../../enrollment/enroll.ts'\n",
  'apps/server/test/enroll.test.ts': "import { enroll } from '../src/enrollment/enroll.ts'\n",
} as const

test('a sound checkout passes', async (t) => {
  const { status, stdout } = await check(t, {})

  assert.equal(stdout, 'The source keeps to the architecture.\n')
  assert.equal(status, 0)
})

/** What is planted, and the one violation that must be reported. */
const PLANTED = [
  [
    'a package that imports one above it',
    'packages/x509/src/lint.ts',
    "\nimport { Draft } from '@chancery/pki'",
    'forbidden-import',
    2,
  ],
  [
    'a protocol that imports another',
    'apps/server/src/protocols/acme/a.ts',
    "import { pkcsReq } from '../scep/pkcs-req.ts'",
    'forbidden-import',
    1,
  ],
  [
    'a protocol that goes around the door',
    'apps/server/src/protocols/acme/a.ts',
    "export * from '../../issuance/issue.ts'",
    'forbidden-import',
    1,
  ],
  [
    'a protocol that reads the store',
    'apps/server/src/protocols/acme/a.ts',
    "import type { S } from '../../store/open-store.ts'",
    'forbidden-import',
    1,
  ],
  [
    'a type that is imported in place',
    'apps/server/src/issuance/a.ts',
    "export type A = import('../enrollment/enroll.ts').A",
    'forbidden-import',
    1,
  ],
  [
    'a domain service that imports an adapter',
    'apps/server/src/enrollment/a.ts',
    "import {\n  openStore,\n} from '../store/open-store.ts'",
    'forbidden-import',
    3,
  ],
  [
    'a package reached by its inner file',
    'apps/server/src/enrollment/a.ts',
    "import { x } from '../../../../packages/pki/src/draft.ts'",
    'inner-file',
    1,
  ],
  [
    'a package reached by a path in its name',
    'apps/server/test/a.test.ts',
    "import { x } from '@chancery/pki/src/draft.ts'",
    'inner-file',
    1,
  ],
  [
    'source that imports a test',
    'apps/server/src/enrollment/a.ts',
    "import { world } from '../../../../test/support/world.ts'",
    'outside-source',
    1,
  ],
  [
    'Node in a package without effects',
    'packages/x509/src/a.ts',
    "import { createHash } from 'node:crypto'",
    'effect',
    1,
  ],
  [
    'the clock in a package without effects',
    'packages/pki/src/a.ts',
    '// Date.now() here is a comment\nexport const at = Date.now()',
    'effect',
    2,
  ],
  [
    'the current date in a package without effects',
    'packages/pki/src/a.ts',
    'export const at = new Date()',
    'effect',
    1,
  ],
  [
    'a clock inside a template text',
    'packages/pki/src/a.ts',
    'export const at = `it is $' + '{performance.now()}`',
    'effect',
    1,
  ],
  ['chance in a package without effects', 'packages/x509/src/a.ts', 'export const x = Math.random()', 'effect', 1],
  [
    'the process in a package without effects',
    'packages/x509/src/a.ts',
    "export const x = process.env['HOME']",
    'effect',
    1,
  ],
  ['a Buffer where browsers run', 'packages/x509/src/a.ts', 'export const x = Buffer.alloc(1)', 'effect', 1],
  ['an npm package where none is allowed', 'packages/x509/src/a.ts', "import { z } from 'asn1js'", 'dependency', 1],
  ['a barrel', 'apps/server/src/enrollment/index.ts', 'export const x = 1', 'barrel', 1],
  ['a file named for nothing', 'packages/pki/src/string-utils.ts', 'export const x = 1', 'empty-name', 1],
  ['a service', 'apps/server/src/enrollment/enrollment-service.ts', 'export const x = 1', 'empty-name', 1],
  ['a folder named for nothing', 'packages/pki/src/helpers/x.ts', 'export const x = 1', 'empty-name', 1],
  ['a default export', 'packages/pki/src/a.ts', 'const x = 1\nexport default x', 'default-export', 2],
  ['a module that the table does not know', 'apps/server/src/main-frame.ts', 'export const x = 1', 'unknown-module', 1],
] as const

for (const [title, file, source, rule, line] of PLANTED) {
  test(`${title} is refused, with its file and line`, async (t) => {
    const { status, stdout } = await check(t, { [file]: source })

    assert.equal(stdout.split('\n')[0], `${rule}  ${file}:${line}`)
    assert.match(stdout, /\n1 violations\n$/)
    assert.equal(status, 1)
  })
}

test('modules that import each other are refused, with the whole circle', async (t) => {
  const { stdout } = await check(t, {
    'apps/server/src/tenants/README.md': 'tenants',
    'apps/server/src/tenants/tenant.ts': "import type { Record } from '../audit/record.ts'",
    'apps/server/src/audit/README.md': 'audit',
    'apps/server/src/audit/record.ts': "import type { Tenant } from '../tenants/tenant.ts'",
  })

  assert.match(stdout, /^cycle {2}/)
  assert.match(stdout, /server\/audit → server\/tenants .*server\/tenants → server\/audit/)
  assert.match(stdout, /\n1 violations\n$/)
})

test('a module without a README is refused', async (t) => {
  const { stdout } = await check(t, { 'apps/server/src/revocation/revoke.ts': 'export const x = 1' })

  assert.match(stdout, /^readme {2}apps\/server\/src\/revocation\/README.md\n/)
})

test('words in strings, comments and regular expressions are not code', async (t) => {
  const source = [
    "export const a = 'Date.now() and process.exit()'",
    '/* Buffer.from */ export const b = /Math.random()"/.test(a) ? a : `globalThis ¤{ { a }.a + `process.¤{a}` } Buffer`',
    "export const c = 4 / 2 // import { x } from 'node:fs'",
    "export const d = { process: 1, fetch: 2, from: 'node:os' }.process / 3",
    'export const e = (date: number) => new Date(date)',
  ]
  const { stdout } = await check(t, { 'packages/x509/src/words.ts': source.join('\n').replaceAll('¤', '$') })

  assert.equal(stdout, 'The source keeps to the architecture.\n')
})

async function check(t: TestContext, planted: Readonly<Record<string, string>>) {
  const folder = folderWith(t, { ...SOUND, ...planted })
  const { status, stdout, stderr } = await run(process.execPath, [SCRIPT, folder])
  assert.equal(stderr.toString(), '')
  return { status, stdout: stdout.toString() }
}
