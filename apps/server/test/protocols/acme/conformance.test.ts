import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const DOCUMENT = new URL('../../../../../docs/acme-conformance.md', import.meta.url)

/** How the document calls the files of tests. */
const FILES: Readonly<Record<string, string>> = {
  requests: 'rfc8555-requests.test.ts',
  accounts: 'rfc8555-accounts.test.ts',
  objects: 'rfc8555-objects.test.ts',
  orders: 'rfc8555-orders.test.ts',
  fulfillable: 'fulfillable-orders.test.ts',
  ended: 'ended-orders.test.ts',
  revocation: 'revocation-and-renewal.test.ts',
  whole: 'whole-order.test.ts',
  'http-01': 'validation/http-01.test.ts',
  resolver: 'validation/dns-resolver.test.ts',
  'tls-alpn-01': 'validation/tls-alpn-01.test.ts',
  caa: 'validation/rfc8659-caa.test.ts',
  looking: 'validation/run-validations.test.ts',
  https: '../../platform/https-listener.test.ts',
}

test('every sentence in the table of conformance names tests that are there', () => {
  const rows = readFileSync(DOCUMENT, 'utf8')
    .split('\n')
    .filter((line) => /^\| [^-S]/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))

  const missing = rows.flatMap(([, section = '', said = '', tests = '']) =>
    tests.split(';').flatMap((named) => {
      const [, file = '', words = ''] = /^\s*([\w-]+): (.+)$/.exec(named) ?? []
      return words !== '' && titlesIn(file).some((title) => title.includes(words))
        ? []
        : [`${section} ${said}: ${named}`]
    }),
  )

  assert.ok(rows.length > 60, `${rows.length} rows`)
  assert.deepEqual(missing, [])
})

function titlesIn(file: string): readonly string[] {
  const path = FILES[file]
  if (path === undefined) return []
  const text = readFileSync(new URL(path, import.meta.url), 'utf8')
  return [...text.matchAll(/\btest\(\s*(['`])(.*?)\1/g)].map(([, , title = '']) => title)
}
