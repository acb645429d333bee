import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { ConfigError, loadConfig } from '../../src/platform/config.ts'
import { openProviders } from '../../src/sign-in/open-providers.ts'

const SECRET = 'hunter2'
const CLIENT = `client-id=chancery, secret=${SECRET}`
const CORP = `id=corp, issuer=https://login.example.com, ${CLIENT}`
const DIRECTORY = '8f6f2c1e-0b57-4d6c-9d38-0d1f3f6d0c11'

test('providers are read from their variables, each with its issuer', () => {
  const { signInProviders } = loadConfig({
    CHANCERY_SIGN_IN_GOOGLE: 'client-id=g, secret-file=google.secret',
    CHANCERY_SIGN_IN_MICROSOFT: `tenant=${DIRECTORY.toUpperCase()}, ${CLIENT}`,
    CHANCERY_SIGN_IN_GITHUB: `url=https://git.example.com/, ${CLIENT}`,
    CHANCERY_SIGN_IN_OIDC: `${CORP}, name=Example Corp; id=lab, issuer=http://127.0.0.1:9000/realms/lab/, ${CLIENT};`,
  })

  assert.deepEqual(
    signInProviders.map(({ id, name, protocol, issuer }) => [id, name, protocol, issuer]),
    [
      ['google', 'Google', 'oidc', 'https://accounts.google.com'],
      ['microsoft', 'Microsoft', 'oidc', `https://login.microsoftonline.com/${DIRECTORY}/v2.0`],
      ['github', 'GitHub', 'github', 'https://git.example.com'],
      ['corp', 'Example Corp', 'oidc', 'https://login.example.com'],
      ['lab', 'lab', 'oidc', 'http://127.0.0.1:9000/realms/lab/'],
    ],
  )
  assert.deepEqual(signInProviders[0]?.secret, { file: resolve('google.secret') })
  assert.deepEqual(signInProviders[1]?.secret, { text: SECRET })
})

test('GitHub is github.com unless it is said', () => {
  const [github] = loadConfig({ CHANCERY_SIGN_IN_GITHUB: CLIENT }).signInProviders

  assert.equal(github?.issuer, 'https://github.com')
})

const WRONG: readonly (readonly [variable: string, value: string, message: RegExp])[] = [
  ['GOOGLE', 'yes', /has to be fields with commas between: client-id=…, secret=…, secret-file=…/],
  ['GOOGLE', `tenant=x, ${CLIENT}`, /has to be fields/],
  ['GOOGLE', `client-id=, secret=${SECRET}`, /has to be fields/],
  ['GOOGLE', `secret=${SECRET}`, /has no client-id=…/],
  ['GOOGLE', 'client-id=g', /needs either secret-file or secret/],
  ['GOOGLE', `${CLIENT}, secret-file=x`, /needs either secret-file or secret/],
  ['GOOGLE', `${CLIENT}, client-id=x`, /names client-id twice/],
  ['MICROSOFT', CLIENT, /has no tenant=…/],
  ['MICROSOFT', `tenant=common, ${CLIENT}`, /has a tenant that is not its directory id/],
  ['GITHUB', `url=git.example.com, ${CLIENT}`, /has an url that is no address/],
  ['GITHUB', `url=http://git.example.com, ${CLIENT}`, /has an url that is not https/],
  ['OIDC', `issuer=https://login.example.com, ${CLIENT}`, /has no id=…/],
  ['OIDC', `id=corp, ${CLIENT}`, /has no issuer=…/],
  ['OIDC', CORP.replace('id=corp', 'id=Corp'), /has an id "Corp": take small letters/],
  ['OIDC', CORP.replace('id=corp', 'id=google'), /has an id "google": .* none of the other providers'/],
  ['OIDC', CORP.replace('id=corp', 'id=credential'), /has an id "credential"/],
  ['OIDC', CORP.replace('https:', 'http:'), /has an issuer that is not https/],
  ['OIDC', CORP.replace('example.com', 'example.com?x=1'), /has an issuer with more than a host and a path/],
  ['OIDC', CORP.replace('login.', 'me:pass@login.'), /has an issuer with more than a host and a path/],
  ['OIDC', `${CORP}; ${CORP}`, /names corp twice/],
  ['OIDC', `${CORP}; ${CORP.replace('id=corp', 'id=lab')}`, /names the issuer of corp twice, as lab/],
]

for (const [variable, value, message] of WRONG) {
  const name = `CHANCERY_SIGN_IN_${variable}`
  test(`${name} is refused for "${value.replaceAll(SECRET, '…')}"`, () => {
    assert.throws(
      () => loadConfig({ [name]: value }),
      (error) => {
        assert.ok(error instanceof ConfigError)
        assert.match(error.message, message)
        assert.ok(error.message.startsWith(`${name} `))
        assert.doesNotMatch(error.message, /hunter2|pass@/)
        return true
      },
    )
  })
}

test('the secret of a provider in a file is one word; what is wrong with the file is said with the variable', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const open = (variable: string, text?: string) => {
    const file = join(folder, 'secret')
    if (text === undefined) rmSync(file, { force: true })
    else writeFileSync(file, text)
    const settings = { GOOGLE: 'client-id=g', OIDC: 'id=corp, issuer=https://login.example.com, client-id=g' }
    const value = `${Object.entries(settings).find(([name]) => name === variable)?.[1]}, secret-file=${file}`
    return openProviders(loadConfig({ [`CHANCERY_SIGN_IN_${variable}`]: value }).signInProviders)
  }

  assert.equal(open('GOOGLE', ` ${SECRET}\n`)[0]?.clientSecret, SECRET)
  assert.throws(() => open('GOOGLE'), /^ConfigError: CHANCERY_SIGN_IN_GOOGLE names .*which cannot be read \(ENOENT\)/)
  for (const text of ['', '\n', `${SECRET} more`, 'x'.repeat(5_000)]) {
    assert.throws(() => open('OIDC', text), /^ConfigError: CHANCERY_SIGN_IN_OIDC names .*which holds no secret/)
  }
})
