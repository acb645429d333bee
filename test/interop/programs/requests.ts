import { generateKeyPair, type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import type { KeyType } from '@chancery/x509'
import type { Workbench } from './workbench.ts'

/** Who makes certification requests here: programs, and Node.js with DER laid by hand. None shares code with Chancery. */
export const REQUESTERS = ['openssl', 'certtool', 'node'] as const
export type Requester = (typeof REQUESTERS)[number]

/** What a request asks for: a common name alone, or names and usages as requested extensions. */
export const REQUEST_FORMS = ['common name alone', 'requested extensions'] as const
export type RequestForm = (typeof REQUEST_FORMS)[number]

/** Key types that OpenSSL 3.0 and GnuTLS know. */
export const CLASSICAL_KEY_TYPES = [
  'rsa-2048',
  'rsa-3072',
  'rsa-4096',
  'ecdsa-p256',
  'ecdsa-p384',
  'ecdsa-p521',
  'ed25519',
] as const satisfies readonly KeyType[]
export type ClassicalKeyType = (typeof CLASSICAL_KEY_TYPES)[number]

export function isClassical(keyType: KeyType): keyType is ClassicalKeyType {
  return CLASSICAL_KEY_TYPES.some((one) => one === keyType)
}

/**
 * Makes a key and a certification request (PEM) for a host: `<name>.key` and `<name>.csr` on the workbench, where `name` is the
 * host. Only Node.js makes post-quantum ones.
 */
export async function makeRequest(
  bench: Workbench,
  requester: Requester,
  request: { readonly keyType: KeyType; readonly host: string; readonly form: RequestForm },
): Promise<string> {
  const { keyType, host, form } = request
  if (requester === 'node' || !isClassical(keyType)) await makeByNode(bench, keyType, host, form)
  else if (requester === 'openssl') await makeByOpenssl(bench, keyType, host, form)
  else await makeByCerttool(bench, keyType, host, form)
  return bench.read(`${host}.csr`).toString()
}

const OPENSSL_KEYS: Readonly<Record<ClassicalKeyType, readonly string[]>> = {
  'rsa-2048': ['rsa:2048'],
  'rsa-3072': ['rsa:3072'],
  'rsa-4096': ['rsa:4096'],
  'ecdsa-p256': ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'ecdsa-p384': ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  'ecdsa-p521': ['ec', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  ed25519: ['ed25519'],
}

async function makeByOpenssl(bench: Workbench, keyType: ClassicalKeyType, host: string, form: RequestForm) {
  const extensions = [
    `subjectAltName=DNS:${host},IP:192.0.2.1`,
    'keyUsage=critical,digitalSignature,dataEncipherment',
    'extendedKeyUsage=serverAuth,codeSigning',
    'basicConstraints=critical,CA:TRUE',
  ]
  const requested = form === 'requested extensions' ? extensions.flatMap((line) => ['-addext', line]) : []
  const files = ['-keyout', `${host}.key`, '-out', `${host}.csr`]
  const key = ['-newkey', ...OPENSSL_KEYS[keyType], '-nodes']
  await bench.succeed('openssl', 'req', '-new', ...key, ...files, '-subj', `/CN=${host}`, ...requested)
}

const CERTTOOL_KEYS: Readonly<Record<ClassicalKeyType, readonly string[]>> = {
  'rsa-2048': ['--key-type=rsa', '--bits=2048'],
  'rsa-3072': ['--key-type=rsa', '--bits=3072'],
  'rsa-4096': ['--key-type=rsa', '--bits=4096'],
  'ecdsa-p256': ['--key-type=ecdsa', '--curve=secp256r1'],
  'ecdsa-p384': ['--key-type=ecdsa', '--curve=secp384r1'],
  'ecdsa-p521': ['--key-type=ecdsa', '--curve=secp521r1'],
  ed25519: ['--key-type=ed25519'],
}

async function makeByCerttool(bench: Workbench, keyType: ClassicalKeyType, host: string, form: RequestForm) {
  const requested = [`dns_name = "${host}"`, 'ip_address = "192.0.2.1"', 'signing_key', 'tls_www_server', 'ca']
  const lines = [`cn = "${host}"`, ...(form === 'requested extensions' ? requested : [])]
  bench.write(`${host}.template`, `${lines.join('\n')}\n`)
  await bench.succeed('certtool', '--generate-privkey', ...CERTTOOL_KEYS[keyType], '--outfile', `${host}.key`)
  const files = ['--load-privkey', `${host}.key`, '--template', `${host}.template`, '--outfile', `${host}.csr`]
  await bench.succeed('certtool', '--generate-request', ...files)
}

const generate = promisify(generateKeyPair)

function generateByNode(keyType: KeyType): Promise<{ readonly publicKey: KeyObject; readonly privateKey: KeyObject }> {
  if (keyType.startsWith('rsa-')) return generate('rsa', { modulusLength: Number(keyType.slice(4)) })
  if (keyType.startsWith('ecdsa-p')) return generate('ec', { namedCurve: `P-${keyType.slice(7)}` })
  // The other names are Node's own; its types want each of them alone.
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, publicKey: KeyObject, privateKey: KeyObject) =>
      error === null ? resolve({ publicKey, privateKey }) : reject(error)
    Reflect.apply(generateKeyPair, undefined, [keyType, undefined, done])
  })
}

/** CertificationRequest, RFC 2986 §4.2, byte by byte. */
async function makeByNode(bench: Workbench, keyType: KeyType, host: string, form: RequestForm) {
  const { publicKey, privateKey } = await generateByNode(keyType)
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const { hash, algorithm } = signatureBy(keyType, spki)
  const commonName = sequence(oid('0603550403'), der(0x0c, Buffer.from(host)))
  const info = sequence(
    Buffer.from('020100', 'hex'),
    sequence(der(0x31, commonName)),
    spki,
    der(0xa0, ...(form === 'requested extensions' ? [extensionRequest(host)] : [])),
  )
  const signature = await promisify(sign)(hash, info, privateKey)
  const request = sequence(info, algorithm, der(0x03, Buffer.of(0), signature))
  const base64 = request.toString('base64').replace(/.{64}/g, '$&\n')
  bench.write(
    `${host}.csr`,
    `-----BEGIN CERTIFICATE REQUEST-----\n${base64.trimEnd()}\n-----END CERTIFICATE REQUEST-----\n`,
  )
  bench.write(`${host}.key`, privateKey.export({ type: 'pkcs8', format: 'pem' }))
}

/** sha256WithRSAEncryption and ecdsa-with-SHA256; the other keys sign by the algorithm that they name themselves. */
function signatureBy(keyType: KeyType, spki: Buffer): { readonly hash: string | null; readonly algorithm: Buffer } {
  if (keyType.startsWith('rsa-'))
    return { hash: 'sha256', algorithm: sequence(oid('06092a864886f70d01010b'), oid('0500')) }
  if (keyType.startsWith('ecdsa-')) return { hash: 'sha256', algorithm: sequence(oid('06082a8648ce3d040302')) }
  const [inner] = contentsOf(spki)
  return { hash: null, algorithm: inner }
}

/** extensionRequest (RFC 2985 §5.4.2) with a subjectAltName of one host. */
function extensionRequest(host: string): Buffer {
  const names = sequence(der(0x82, Buffer.from(host)), der(0x87, Buffer.of(192, 0, 2, 1)))
  const extension = sequence(oid('0603551d11'), der(0x04, names))
  return sequence(oid('06092a864886f70d01090e'), der(0x31, sequence(extension)))
}

function oid(hex: string): Buffer {
  return Buffer.from(hex, 'hex')
}

function sequence(...contents: readonly Uint8Array[]): Buffer {
  return der(0x30, ...contents)
}

function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const length = content.length
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content])
  const octets = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...octets), content])
}

/** The first element inside a SEQUENCE. */
function contentsOf(outer: Buffer): readonly [Buffer] {
  const start = headerLength(outer)
  const inner = outer.subarray(start)
  return [inner.subarray(0, headerLength(inner) + lengthOf(inner))]
}

function headerLength(element: Buffer): number {
  const first = element.readUInt8(1)
  return first < 0x80 ? 2 : 2 + (first & 0x7f)
}

function lengthOf(element: Buffer): number {
  const first = element.readUInt8(1)
  return first < 0x80 ? first : element.readUIntBE(2, first & 0x7f)
}
