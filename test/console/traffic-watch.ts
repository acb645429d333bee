import { createPrivateKey } from 'node:crypto'
import type { Page, Request } from 'playwright-core'

/** Everything that a page has sent: addresses, header fields and bodies, as octets. */
export interface TrafficWatch {
  /** Waits until what was recorded is whole. Pages of the same context that open later are watched too. */
  sent(): Promise<readonly Buffer[]>
}

export function watchTraffic(page: Page): TrafficWatch {
  const recorded: Promise<Buffer>[] = []
  const record = async (request: Request): Promise<Buffer> => {
    const headers = await request.allHeaders().catch(() => request.headers())
    const head = `${request.method()} ${request.url()}\n${JSON.stringify(headers)}\n`
    return Buffer.concat([Buffer.from(head), request.postDataBuffer() ?? Buffer.alloc(0)])
  }
  page.context().on('request', (request) => recorded.push(record(request)))
  return { sent: () => Promise.all(recorded) }
}

/** A secret, and the texts and octets by which it would be found. */
export type SecretForms = ReadonlyMap<string, readonly Buffer[]>

/**
 * What of a private key (PEM) must be seen nowhere: each of its secret numbers and the whole of its DER, as they are, in hexadecimal
 * digits, and in both alphabets of base64 wherever in a longer text they begin.
 */
export function formsOfKey(pem: string): SecretForms {
  const key = createPrivateKey(pem)
  const jwk = key.export({ format: 'jwk' })
  const numbers = ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const
  const parts = new Map<string, Buffer>([['pkcs8', key.export({ type: 'pkcs8', format: 'der' })]])
  for (const name of numbers) {
    const value = jwk[name]
    if (typeof value === 'string') parts.set(name, Buffer.from(value, 'base64url'))
  }
  return new Map(
    [...parts].map(([name, octets]) => [
      name,
      name === 'pkcs8' ? formsOf(octets) : [...formsOf(octets), ...piecesOf(octets)],
    ]),
  )
}

/** What of a password must be seen nowhere. */
export function formsOfPassword(password: string): SecretForms {
  const encoded = [encodeURIComponent(password), new URLSearchParams({ password }).toString().slice('password='.length)]
  const utf16 = Buffer.from(password, 'utf16le')
  const texts = [password, ...encoded, JSON.stringify(password).slice(1, -1)].map((text) => Buffer.from(text))
  return new Map([['password', [...texts, utf16, ...formsOf(Buffer.from(password))]]])
}

/** Which secrets stand in these octets, and in which of their forms. */
export function foundIn(octets: Buffer, secrets: SecretForms): readonly string[] {
  const lower = Buffer.from(octets.toString('latin1').toLowerCase(), 'latin1')
  return [...secrets].flatMap(([name, forms]) =>
    forms.flatMap((form, at) => (octets.includes(form) || lower.includes(form) ? [`${name}, form ${at}`] : [])),
  )
}

function formsOf(octets: Buffer): readonly Buffer[] {
  const base64 = [0, 1, 2].flatMap((before) => {
    // The first and last characters depend on what stands around.
    const text = Buffer.concat([Buffer.alloc(before), octets]).toString('base64')
    const sure = text.slice(before === 0 ? 0 : 4, -4)
    return [sure, sure.replaceAll('+', '-').replaceAll('/', '_'), sure.replaceAll('+', '%2b').replaceAll('/', '%2f')]
  })
  return [octets, ...[octets.toString('hex'), ...base64].map((text) => Buffer.from(text))]
}

/** Lines of PEM end anywhere: where one end of a number is cut, the other is whole. Not of the DER, which has public parts. */
function piecesOf(octets: Buffer): readonly Buffer[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), octets])
      .toString('base64')
      .replace(/=+$/, '')
    return [text.slice(4, 24), text.slice(-24, -4)].map((piece) => Buffer.from(piece))
  })
}
