import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { processorTime } from '../../../test/support/processor-time.ts'
import { needs, run } from '../../../test/support/system-program.ts'
import { DerError, decodePem, decodePemOrDer, encodePem, PemError, pemBlocks } from '../src/index.ts'

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const der = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()

const refused = (text: string, line: number, message: RegExp) =>
  assert.throws(
    () => decodePem(text),
    (error) => {
      assert.ok(error instanceof PemError)
      assert.match(error.message, message)
      assert.equal(error.line, line, error.message)
      return true
    },
  )

test('PEM is written as OpenSSL writes it, and read back', () => {
  assert.equal(encodePem('PUBLIC KEY', der), pem)
  assert.deepEqual(decodePem(pem), [{ label: 'PUBLIC KEY', der, headers: new Map() }])
})

test('OpenSSL reads what is written, whatever its length', needs('openssl'), async () => {
  for (let length = 128; length < 180; length += 3) {
    const octets = Buffer.concat([Uint8Array.of(4, 0x81, length), new Uint8Array(length).fill(0xab)])
    const text = encodePem('ANY', octets)
    const { stdout } = await run('openssl', ['asn1parse'], { input: text })

    assert.match(
      stdout.toString(),
      new RegExp(`hl=3 l= ${length} prim: OCTET STRING +\\[HEX DUMP\\]:(AB){${length}}\n$`),
    )
    assert.deepEqual(decodePem(text)[0]?.der, new Uint8Array(octets))
  }
})

test('text around and between blocks, white space, and lines of any length and ending are read past', () => {
  const body = der.toBase64()
  const forms = [
    `subject=CN = x\n\n${pem}\nMore text: with a colon\n`,
    pem.replaceAll('\n', '\r\n'),
    pem.replaceAll('\n', '\r'),
    pem.replaceAll('\n', ' \t\n'),
    `\ufeff${pem}`.slice(1),
    `-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----`,
    `-----BEGIN PUBLIC KEY-----\n\n${body.replace(/(.{10})/g, '$1\n\n')}\n-----END PUBLIC KEY-----`,
    `-------- a line --------\n${pem}`,
  ]
  for (const form of forms) assert.deepEqual(decodePem(form)[0]?.der, der, form.slice(0, 40))
})

test('several blocks come in their order', () => {
  const blocks = decodePem(`${encodePem('A', new Uint8Array([1]))}text\n${encodePem('X509 CRL', new Uint8Array([2]))}`)

  assert.deepEqual(
    blocks.map(({ label, der: [octet] }) => [label, octet]),
    [
      ['A', 1],
      ['X509 CRL', 2],
    ],
  )
})

test('header fields of old encrypted keys are kept apart from the base64', () => {
  const text =
    '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAQID\n-----END RSA PRIVATE KEY-----\n'

  const [block] = decodePem(text)

  assert.deepEqual(block?.der, Uint8Array.of(1, 2, 3))
  assert.equal(block?.headers.get('DEK-Info'), 'AES-128-CBC,00')
  refused(text.replace('\n\n', '\n'), 2, /empty line/)
})

test('what is wrong with PEM is said with its line', () => {
  const begin = '-----BEGIN A-----\n'
  const end = '-----END A-----\n'

  refused('', 0, /no PEM block/)
  refused('just text', 0, /no PEM block/)
  refused(`${begin}AQID\n`, 1, /BEGIN A without an END/)
  refused(`text\n${end}`, 2, /END A without a BEGIN/)
  refused(`${begin}AQID\n-----END B-----\n`, 3, /END B after BEGIN A/)
  refused(`${begin}AQID\n${begin}AQID\n${end}`, 3, /BEGIN A before END A/)
  refused('-----BEGIN A----\nAQID\n-----END A-----\n', 1, /broken BEGIN line/)
  refused(`${begin}AQID\n-----END A----\n`, 3, /broken END line/)
  refused(`${begin}AQID\nA§ID\n${end}`, 3, /not base64/)
  refused(`${begin}AQ=D\n${end}`, 2, /not base64/)
  refused(`${begin}AQI\n${end}`, 1, /cut off/)
  refused(`${begin}AQ\n${end}`, 1, /cut off/)
  refused(`${begin}AR==\n${end}`, 1, /padded wrongly/)
  refused(`${begin}AQ==\nAQ==\n${end}`, 1, /cut off|padded/)
  refused(`${begin}${end}`, 1, /empty block/)
  refused(`-----BEGIN ${'A'.repeat(500)}-----\n`, 1, /^.{0,90}$/)
  refused(encodePem('A', new Uint8Array(1)).repeat(1001), 3003, /more than 1000 blocks/)
})

test('many blocks are read one after the other, as many as whoever reads them wants', () => {
  const text = encodePem('A', Uint8Array.of(1, 2, 3)).repeat(20_000)

  assert.equal([...pemBlocks(text, { blocks: 20_000 })].length, 20_000)
  assert.throws(() => [...pemBlocks(text, { blocks: 19_999 })], /line 60000: more than 19999 blocks/)
  const [first] = pemBlocks(`${text}\n-----BEGIN`, { blocks: 1 })
  assert.deepEqual(first?.der, Uint8Array.of(1, 2, 3), 'what follows is not looked at')
})

test('no text keeps its reader for long', () => {
  const million = 1_000_000
  const texts = [
    ...['-', '\n', ' ', '-----\n', 'x-----\n', ' -----\n', '-----BEGIN A-----\n', '-----BEGIN', '\r', 'a:b\n'].map(
      (part) => part.repeat((4 * million) / part.length),
    ),
    `-----BEGIN A-----\n${' '.repeat(3 * million)}-----END A-----`,
    `${encodePem('A', Uint8Array.of(1))}${' '.repeat(100)}`.repeat(900),
  ]
  for (const text of texts) {
    const begin = processorTime()
    try {
      decodePem(text)
    } catch (error) {
      assert.ok(error instanceof PemError)
    }
    assert.ok(processorTime() - begin < 1500, `${JSON.stringify(text.slice(0, 20))} took ${processorTime() - begin} ms`)
  }
})

test('text beyond the limit is not looked at', () => {
  assert.throws(
    () => [...pemBlocks(`-----BEGIN A-----\n${'AAAA'.repeat(1_100_000)}`, { characters: 5_000_000 })],
    /without an END/,
  )
  const long = `-----BEGIN A-----\n${'AAAA'.repeat(1_100_000)}\n-----END A-----`
  assert.throws(() => [...pemBlocks(long, { characters: 5_000_000 })], /a block A of more than 4194304 characters/)
  assert.throws(() => decodePem(pem, 100), /at most 100 are read/)
  assert.throws(() => decodePemOrDer(Buffer.from(pem), 'PUBLIC KEY', 100), /at most 100 are read/)
  const begin = processorTime()
  assert.throws(() => decodePem('-----BEGIN A A A A A A'.repeat(150_000)), PemError)
  assert.throws(() => decodePem(`-----BEGIN ${'A '.repeat(1_000_000)}`), PemError)
  assert.ok(processorTime() - begin < 1000)
})

test('one thing is read as PEM or as DER, by the label that is due', () => {
  assert.deepEqual(decodePemOrDer(pem, 'PUBLIC KEY'), der)
  assert.deepEqual(decodePemOrDer(Buffer.from(pem), ['X', 'PUBLIC KEY']), der)
  assert.equal(decodePemOrDer(der, 'PUBLIC KEY'), der)
  assert.deepEqual(decodePemOrDer(encodePem('EC PARAMETERS', new Uint8Array(9)) + pem, 'PUBLIC KEY'), der)
  // Explaining text that begins like a SEQUENCE.
  assert.deepEqual(decodePemOrDer(Buffer.from(`0 s:CN=x\n${pem}`), 'PUBLIC KEY'), der)

  assert.throws(() => decodePemOrDer(pem, 'CERTIFICATE'), /expected a block CERTIFICATE, found PUBLIC KEY/)
  assert.throws(() => decodePemOrDer(pem + pem, 'PUBLIC KEY'), /several blocks/)
  assert.throws(() => decodePemOrDer(der.subarray(1), 'PUBLIC KEY'), DerError)
  assert.throws(() => decodePemOrDer(new Uint8Array(), 'PUBLIC KEY'), /neither PEM nor DER/)
})
