import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { run } from '../../../test/support/system-program.ts'
import { SAMPLE_CERTIFICATE, SAMPLE_REQUEST } from './support/sample-certificate.ts'

/** Runs in a context of its own: what a page of the console would do. */
function useThePackage(certificate: string, request: string): string {
  return `
    import * as x509 from '../src/index.ts'
    const certificate = x509.decodeCertificate(Uint8Array.fromHex('${certificate}'))
    const request = x509.decodeCertificationRequest(Uint8Array.fromHex('${request}'))
    const [pem] = x509.decodePem(x509.encodePem('CERTIFICATE', certificate.der))
    globalThis.result = {
      environment: ['process', 'Buffer', 'require', 'crypto', 'setTimeout'].filter((name) => name in globalThis),
      subject: x509.nameToString(certificate.subject),
      names: x509.findExtension(request.requestedExtensions, x509.SubjectAltName).map(x509.generalNameToString),
      sameTbs: x509.encodeTbsCertificate(certificate).toHex() === certificate.tbs.toHex(),
      samePem: pem.der.toHex() === certificate.der.toHex(),
    }`
}

test('the package runs where there is ECMAScript and TextEncoder and nothing of Node.js', async () => {
  const script = fileURLToPath(new URL('support/run-in-empty-context.ts', import.meta.url))
  const source = useThePackage(SAMPLE_CERTIFICATE.toHex(), SAMPLE_REQUEST.toHex())

  const { status, stdout, stderr } = await run(
    process.execPath,
    ['--experimental-vm-modules', '--no-warnings', script],
    { input: source },
  )

  assert.equal(status, 0, String(stderr))
  const { modules, result } = JSON.parse(String(stdout))
  assert.deepEqual(result, {
    environment: [],
    subject: 'CN=www.example.com,O=Exämple,C=SE',
    names: ['dns:www.example.com', 'ip:2001:db8::1'],
    sameTbs: true,
    samePem: true,
  })
  assert.ok(modules > 20, `only ${modules} modules were loaded`)
})
