import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { ConfigError, loadConfig } from '../../src/platform/config.ts'
import { settingsPage } from '../../src/platform/settings-page.ts'
import { SETTINGS } from '../../src/platform/settings-table.ts'

test('an empty environment serves this machine alone, from ./data', () => {
  const config = loadConfig({ PATH: '/bin', CHANCERY_URL: '' })

  assert.deepEqual(config, {
    url: 'https://localhost:8443',
    publicUrl: 'http://localhost:8080',
    http: { host: '127.0.0.1', port: 8080 },
    https: { host: '127.0.0.1', port: 8443 },
    tls: 'own',
    trustedProxies: [],
    outboundNetworks: [],
    acme: { httpPort: 80, tlsPort: 443, resolvers: [] },
    dataFolder: resolve('data'),
    signInProviders: [],
    metrics: { host: '127.0.0.1', port: 9464, chosen: false },
    logLevel: 'info',
  })
})

test('the address in certificates is http on port 80 of the host of people', () => {
  const { publicUrl } = loadConfig({ CHANCERY_URL: 'https://PKI.example.com:8443/', CHANCERY_TLS: 'proxy' })

  assert.equal(publicUrl, 'http://pki.example.com')
})

test('the address in certificates of a loopback installation has the port that is listened on', () => {
  const { url, publicUrl } = loadConfig({ CHANCERY_HTTP: '[::1]:9000', CHANCERY_URL: 'https://localhost:8443' })

  assert.equal(url, 'https://localhost:8443')
  assert.equal(publicUrl, 'http://localhost:9000')
})

test('the address of people follows the port of the https listener', () => {
  assert.equal(loadConfig({ CHANCERY_HTTPS: '[::1]:9443' }).url, 'https://localhost:9443')
  assert.equal(loadConfig({ CHANCERY_HTTPS: '0.0.0.0:443' }).url, 'https://localhost')
})

test('nobody listens for https where the address is http or a proxy ends TLS, unless somebody says so', () => {
  assert.equal(loadConfig({ CHANCERY_URL: 'http://localhost:8080' }).https, undefined)
  assert.equal(loadConfig({ CHANCERY_TLS: 'proxy', CHANCERY_URL: 'https://pki.example.com' }).https, undefined)
  assert.equal(loadConfig({ CHANCERY_TLS: 'proxy' }).url, 'http://localhost:8080')
  const asked = loadConfig({ CHANCERY_URL: 'http://localhost:8080', CHANCERY_HTTPS: '127.0.0.1:9443' })
  assert.deepEqual(asked.https, { host: '127.0.0.1', port: 9443 })
})

test("a certificate of one's own comes with its key", () => {
  const { tlsFiles } = loadConfig({ CHANCERY_TLS_CERT_FILE: '/etc/tls/c.pem', CHANCERY_TLS_KEY_FILE: '/etc/tls/k.pem' })

  assert.deepEqual(tlsFiles, { certificate: '/etc/tls/c.pem', key: '/etc/tls/k.pem' })
  assert.match(messageOf({ CHANCERY_TLS_CERT_FILE: 'c.pem' }), /^CHANCERY_TLS_KEY_FILE is needed too/)
  assert.match(messageOf({ CHANCERY_TLS_KEY_FILE: 'k.pem' }), /^CHANCERY_TLS_CERT_FILE is needed too/)
})

test('settings of TLS that contradict each other are refused by name', () => {
  const proxy = { CHANCERY_TLS: 'proxy', CHANCERY_URL: 'https://pki.example.com' }
  const files = { CHANCERY_TLS_CERT_FILE: 'c.pem', CHANCERY_TLS_KEY_FILE: 'k.pem' }

  assert.match(messageOf({ ...proxy, CHANCERY_HTTPS: '0.0.0.0:443' }), /^CHANCERY_HTTPS has no use while CHANCERY_TLS/)
  assert.match(messageOf({ ...proxy, ...files }), /^CHANCERY_TLS_CERT_FILE has no use while CHANCERY_TLS/)
  assert.match(messageOf({ CHANCERY_HTTPS: '127.0.0.1:8080' }), /^CHANCERY_HTTPS is the address of CHANCERY_HTTP/)
})

const WRONG: readonly (readonly [string, string, RegExp])[] = [
  ['CHANCERY_URL', 'pki.example.com', /CHANCERY_URL is not an address: give one as https:\/\/pki\.example\.com/],
  ['CHANCERY_URL', 'http://pki.example.com', /has to be https: plain http only works for an address of this machine/],
  ['CHANCERY_URL', 'https://pki.example.com/ca', /must not have a path/],
  ['CHANCERY_URL', 'https://me:secret@pki.example.com', /must not hold a user name or password/],
  ['CHANCERY_URL', 'ftp://pki.example.com', /has to begin with https:\/\//],
  ['CHANCERY_PUBLIC_URL', 'https://pki.example.com', /has to be http/],
  ['CHANCERY_ACME_HTTP_PORT', '0', /CHANCERY_ACME_HTTP_PORT is not a port, a number between 1 and 65535/],
  ['CHANCERY_ACME_TLS_PORT', '127.0.0.1:443', /CHANCERY_ACME_TLS_PORT is not a port/],
  [
    'CHANCERY_ACME_RESOLVER',
    'dns.example.com',
    /names "dns\.example\.com", which is no address: give e\.g\. 10\.0\.0\.53/,
  ],
  ['CHANCERY_ACME_RESOLVER', '10.0.0.53, 10.0.0.54:70000', /names "10\.0\.0\.54:70000"/],
  ['CHANCERY_HTTP', '8080', /is not an address and a port, e\.g\. 127\.0\.0\.1:8080/],
  ['CHANCERY_HTTP', 'pki.example.com:80', /is not an address and a port/],
  ['CHANCERY_HTTP', '127.0.0.1:70000', /port that is not between 1 and 65535/],
  ['CHANCERY_HTTP', '127.0.0.1:0', /port that is not between 1 and 65535/],
  ['CHANCERY_HTTPS', '8443', /is not an address and a port/],
  ['CHANCERY_TLS', 'yes', /has to be "proxy"/],
  ['CHANCERY_TRUSTED_PROXIES', '10.0.0.0/8, gateway', /names "gateway", which is no network/],
  ['CHANCERY_TRUSTED_PROXIES', '0.0.0.0/0', /which is everybody/],
  ['CHANCERY_DATABASE_URL', 'mysql://x:hunter2@y/z', /has to look like postgres:\/\//],
  ['CHANCERY_LOG_LEVEL', 'verbose', /has to be "debug", "info", "warn" or "error"/],
]

for (const [name, value, message] of WRONG) {
  test(`${name}=${value} is refused with what would be right`, () => {
    assert.throws(
      () => loadConfig({ [name]: value }),
      (error) => {
        assert.ok(error instanceof ConfigError)
        assert.match(error.message, message)
        assert.ok(error.message.startsWith(`${name} `))
        assert.doesNotMatch(error.message, /secret|hunter2/)
        return true
      },
    )
  })
}

test('a variable that is misspelt is refused with the one that was meant', () => {
  assert.throws(() => loadConfig({ CHANCERY_ULR: 'x' }), /CHANCERY_ULR is not a setting\. Did you mean CHANCERY_URL\?/)
  assert.throws(() => loadConfig({ CHANCERY_FROBNICATION_FACTOR: 'x' }), /is not a setting\. There are: CHANCERY_URL, /)
})

test('every variable that is wrong is named at once', () => {
  const message = messageOf({ CHANCERY_HTTP: 'x', CHANCERY_TLS: 'y', CHANCERY_NONSENSE: 'z' })

  assert.deepEqual(
    message.split('\n').map((line) => line.split(' ')[0]),
    ['CHANCERY_NONSENSE', 'CHANCERY_HTTP', 'CHANCERY_TLS'],
  )
})

test('the page of settings is the table of settings', () => {
  const page = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8')

  assert.equal(page, settingsPage(), 'run node_modules/.bin/node apps/server/src/commands/write-generated.ts')
  for (const { name } of SETTINGS) assert.ok(page.includes(`## ${name}\n`))
})

test('the example of each setting is one that is taken', () => {
  const pairs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    CHANCERY_TLS_CERT_FILE: { CHANCERY_TLS_KEY_FILE: 'key.pem' },
    CHANCERY_TLS_KEY_FILE: { CHANCERY_TLS_CERT_FILE: 'certificate.pem' },
    CHANCERY_SMTP_URL: { CHANCERY_MAIL_FROM: 'pki@example.com', CHANCERY_SMTP_PASSWORD_FILE: 'password' },
    CHANCERY_SMTP_PASSWORD_FILE: { CHANCERY_SMTP_URL: 'smtp://pki@example.com', CHANCERY_MAIL_FROM: 'pki@example.com' },
    CHANCERY_MAIL_FROM: { CHANCERY_SMTP_URL: 'smtp://localhost' },
  }
  for (const { name, example } of SETTINGS) {
    assert.doesNotThrow(() => loadConfig({ [name]: example, ...pairs[name] }), name)
  }
})

function messageOf(env: Record<string, string>): string {
  try {
    loadConfig(env)
  } catch (error) {
    return error instanceof ConfigError ? error.message : ''
  }
  return ''
}
