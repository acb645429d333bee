import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstCall } from '../../src/commands/first-call.ts'
import { loadConfig } from '../../src/platform/config.ts'

const TOKEN = '$(cat token.txt)'
const callsOf = (settings: Readonly<Record<string, string>>) => firstCall(loadConfig(settings), TOKEN)
const call = (trusting: string, origin: string) =>
  `curl ${trusting}-H "Authorization: Bearer $(cat token.txt)" ${origin}/api/v1/authorities`

test('on one machine the first call needs no certificate to be trusted', () => {
  assert.deepEqual(callsOf({}), [call('', 'http://localhost:8080')])
  assert.deepEqual(callsOf({ CHANCERY_HTTP: '127.0.0.1:9090' }), [call('', 'http://localhost:9090')])
  assert.deepEqual(callsOf({ CHANCERY_HTTP: '[::]:9090' }), [call('', 'http://localhost:9090')])
  assert.deepEqual(callsOf({ CHANCERY_URL: 'https://localhost:8443', CHANCERY_HTTP: '10.0.0.5:9090' }), [
    call('', 'http://10.0.0.5:9090'),
  ])
})

test('elsewhere the first call is told of the CA of the installation, fetched on this machine, unless somebody else certifies the server', () => {
  const url = { CHANCERY_URL: 'https://pki.example.net', CHANCERY_PUBLIC_URL: 'http://pki.example.net' }
  const files = { CHANCERY_TLS_CERT_FILE: '/tmp/a.pem', CHANCERY_TLS_KEY_FILE: '/tmp/a.key' }

  assert.deepEqual(callsOf(url), [
    'curl -o platform-ca.pem http://localhost:8080/platform-ca.pem',
    call('--cacert platform-ca.pem ', 'https://pki.example.net'),
  ])
  assert.deepEqual(callsOf({ ...url, ...files }), [call('', 'https://pki.example.net')])
  assert.deepEqual(callsOf({ ...url, CHANCERY_TLS: 'proxy' }), [call('', 'https://pki.example.net')])
})
