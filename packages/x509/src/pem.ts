import { DerError } from './der/der-error.ts'
import { DerReader } from './der/der-reader.ts'

/** Text that is no PEM. The message says which line and what is wrong with it, quotes nothing but labels, and may be shown. */
export class PemError extends Error {
  override readonly name = 'PemError'
  /** 1 for the first line; 0 when the text as a whole is meant. */
  readonly line: number

  constructor(line: number, problem: string) {
    super(line === 0 ? problem : `line ${line}: ${problem}`)
    this.line = line
  }
}

/** One block: `label` is what stands after BEGIN, `der` what its base64 says. */
export interface PemBlock {
  readonly label: string
  readonly der: Uint8Array
  /** Header fields inside the block (RFC 1421 §4.4), which old OpenSSL keys have: `Proc-Type`, `DEK-Info`. Mostly none. */
  readonly headers: ReadonlyMap<string, string>
}

/** Characters of PEM text that are read when the caller names no limit: a chain or a CRL of some size, no million entries. */
export const LONGEST_PEM = 4 * 1024 * 1024
const MOST_BLOCKS = 1000
const LONGEST_QUOTED_LABEL = 40

/** PEM text of these bytes, in lines of 64 characters, the last with its line end (RFC 7468 §2). */
export function encodePem(label: string, der: Uint8Array): string {
  const lines = der.toBase64().match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

/**
 * The blocks in this text, RFC 7468 §2 and §3. Text between blocks is explanation and is skipped; inside one, white space is.
 * Everything else is strict: labels match, padding is due, unused bits are zero. Throws `PemError`, also when there is no block.
 */
export function decodePem(text: string, limit = LONGEST_PEM): readonly PemBlock[] {
  if (text.length > limit) throw new PemError(0, `PEM text of ${text.length} characters; at most ${limit} are read`)
  const lines = text.split(/\r\n|\n|\r/).map((line) => line.trim())
  const boundaries = lines.flatMap((line, at) => (line.startsWith('-----') ? [{ ...boundaryIn(line), at }] : []))
  const blocks: PemBlock[] = []
  let open: Boundary | undefined
  for (const boundary of boundaries) {
    const problem = open === undefined ? whyNoBeginning(boundary) : whyNoEnd(boundary, open.label)
    if (problem !== undefined) throw new PemError(boundary.at + 1, problem)
    if (boundary.kind === 'BEGIN') open = boundary
    if (boundary.kind !== 'END' || open === undefined) continue
    if (blocks.length === MOST_BLOCKS) throw new PemError(boundary.at + 1, `more than ${MOST_BLOCKS} blocks`)
    blocks.push(blockOf(open.label, open.at + 1, lines.slice(open.at + 1, boundary.at)))
    open = undefined
  }
  if (open !== undefined) throw new PemError(open.at + 1, `BEGIN ${quoted(open.label)} without an END`)
  if (blocks.length === 0) throw new PemError(0, 'no PEM block: a line "-----BEGIN …-----" is due')
  return blocks
}

interface Boundary {
  readonly kind: 'BEGIN' | 'END' | 'other'
  readonly label: string
  readonly at: number
}

/** What a line of five hyphens is: a boundary with its label (RFC 7468 §3: no hyphen at an end of it), or something else. */
function boundaryIn(line: string): Omit<Boundary, 'at'> {
  const match = /^-----(BEGIN|END) ([!-,.-~](?:[ -]?[!-,.-~])*)-----$/.exec(line)
  if (match === null) return { kind: 'other', label: line.slice(5) }
  return { kind: match[1] === 'BEGIN' ? 'BEGIN' : 'END', label: match[2] ?? '' }
}

/**
 * The one block with this label (or one of these) in PEM text, or DER as it came. Other blocks beside it, such as the parameters
 * that OpenSSL puts before an EC key, are skipped. Throws `PemError`, and `DerError` for bytes that are neither.
 */
export function decodePemOrDer(
  input: string | Uint8Array,
  label: string | readonly string[],
  limit = LONGEST_PEM,
): Uint8Array {
  if (typeof input !== 'string' && isOneElement(input)) return input
  const labels = typeof label === 'string' ? [label] : label
  const text = typeof input === 'string' ? input : textOf(input, limit)
  const blocks = decodePem(text, limit)
  const [block, second] = blocks.filter((candidate) => labels.includes(candidate.label))
  if (block === undefined) {
    throw new PemError(0, `expected a block ${quoted(labels[0] ?? '')}, found ${quoted(blocks[0]?.label ?? '')}`)
  }
  if (second !== undefined) throw new PemError(0, `several blocks ${quoted(block.label)}; one is due`)
  return block.der
}

function whyNoBeginning({ kind, label }: Boundary): string | undefined {
  if (kind === 'END') return `END ${quoted(label)} without a BEGIN`
  return kind === 'other' && label.startsWith('BEGIN') ? 'a broken BEGIN line' : undefined
}

function whyNoEnd({ kind, label }: Boundary, open: string): string | undefined {
  if (kind === 'BEGIN') return `BEGIN ${quoted(label)} before END ${quoted(open)}`
  if (kind === 'other') return 'a broken END line'
  return label === open ? undefined : `END ${quoted(label)} after BEGIN ${quoted(open)}`
}

/** Body lines, RFC 1421 header fields first if there are any: they end at an empty line. */
function blockOf(label: string, begin: number, body: readonly string[]): PemBlock {
  const headers = new Map<string, string>()
  let first = 0
  if (body[0]?.includes(':')) {
    first = body.indexOf('')
    if (first === -1) throw new PemError(begin + 1, 'header fields without the empty line after them')
    for (const [at, line] of body.slice(0, first).entries()) {
      const colon = line.indexOf(':')
      if (colon < 1) throw new PemError(begin + 1 + at, 'a header field without a name')
      headers.set(line.slice(0, colon), line.slice(colon + 1).trim())
    }
  }
  const lines = body.slice(first)
  const wrong = lines.findIndex((line) => !/^[A-Za-z0-9+/ \t]*={0,2}$/.test(line))
  if (wrong !== -1) throw new PemError(begin + 1 + first + wrong, 'a character that is not base64')
  const der = base64(lines.join(''), begin)
  if (der.length === 0) throw new PemError(begin, `an empty block ${quoted(label)}`)
  return { label, der, headers }
}

function base64(text: string, line: number): Uint8Array {
  try {
    return Uint8Array.fromBase64(text, { lastChunkHandling: 'strict' })
  } catch {
    throw new PemError(line, 'base64 that ends in the middle, or is padded wrongly: was something cut off?')
  }
}

function textOf(input: Uint8Array, limit: number): string {
  if (input.length > limit) throw new PemError(0, `${input.length} octets; at most ${limit} are read`)
  const text = new TextDecoder().decode(input)
  if (!text.includes('-----BEGIN ')) throw new DerError('neither PEM nor DER')
  return text
}

function isOneElement(input: Uint8Array): boolean {
  try {
    const reader = new DerReader(input)
    reader.element()
    return reader.atEnd
  } catch {
    return false
  }
}

function quoted(label: string): string {
  return label.length > LONGEST_QUOTED_LABEL ? `${label.slice(0, LONGEST_QUOTED_LABEL)}…` : label
}
