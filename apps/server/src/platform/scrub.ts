/** Fields whose value is secret whatever it looks like. Compared in lower case without `-` and `_`. */
const SECRET_FIELD =
  /pass(word|phrase|wd)?$|secret|token$|authorization|cookie|privatekey|sealedkey|masterkey|apikey|challengepassword|^pin$|credential/
/** Names that end like a secret's and hold none. */
const HARMLESS_FIELDS = new Set(['tokenid'])

/** What is secret wherever it stands in a text. */
const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g, '[private key]'],
  [/chancery_[A-Za-z0-9_-]{16,}/g, '[token]'],
  [/\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi, '$1 [credential]'],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/]*@/gi, '$1:[password]@'],
  [/\/claim\/[^\s/?#"]+/g, '/claim/[token]'],
  [/([?&#](?:token|password|secret|key|code|state)=)[^\s&#"]+/gi, '$1[secret]'],
  [/\b((?:password|passphrase|passwd|secret|token)"?\s?[=:]\s?"?)[^\s"[]+/gi, '$1[secret]'],
]

const MAX_DEPTH = 6
const MAX_ITEMS = 100
const MAX_TEXT = 4_000

/** The same facts without what is secret: by the field's name, and by how a text looks. Bytes become their number; depth and size are bounded. */
export function scrub(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return scrubFields(facts, 0)
}

/** A text without the secrets that stand in it. */
export function scrubText(text: string): string {
  const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)} … [${text.length} characters]` : text
  return SECRET_TEXTS.reduce((clean, [secret, instead]) => clean.replace(secret, instead), short)
}

function scrubFields(value: object, depth: number): Record<string, unknown> {
  const clean: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(value).slice(0, MAX_ITEMS)) {
    clean[scrubText(name)] = isSecretField(name) ? '[secret]' : scrubValue(field, depth + 1)
  }
  return clean
}

function scrubValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return scrubText(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? '[function]' : value
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`
  if (value instanceof Date) return value
  if (depth > MAX_DEPTH) return '[deeper]'
  if (value instanceof Error) return scrubError(value, depth)
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => scrubValue(item, depth + 1))
  if (value instanceof Map || value instanceof Set) return `[${value.size} entries]`
  return scrubFields(value, depth)
}

function scrubError(error: Error, depth: number): Record<string, unknown> {
  return {
    type: error.name,
    message: scrubText(error.message),
    ...('code' in error ? { code: scrubValue(error.code, depth + 1) } : {}),
    ...(error.stack === undefined ? {} : { stack: scrubText(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: scrubValue(error.cause, depth + 1) }),
    ...(error instanceof AggregateError ? { errors: scrubValue(error.errors, depth + 1) } : {}),
  }
}

function isSecretField(name: string): boolean {
  const plain = name.toLowerCase().replaceAll(/[-_]/g, '')
  return SECRET_FIELD.test(plain) && !HARMLESS_FIELDS.has(plain)
}
