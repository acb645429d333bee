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

/** How much PEM is read. */
export interface PemLimits {
  /** Characters of text; `LONGEST_PEM` unless given. No block may be longer than that in any case. */
  readonly characters?: number
  /** 1,000 unless given. */
  readonly blocks?: number
}

/** The blocks in this text, as `pemBlocks` reads them. `limit`: characters. Throws `PemError`, also when there is no block. */
export function decodePem(text: string, limit = LONGEST_PEM): readonly PemBlock[] {
  const blocks = [...pemBlocks(text, { characters: limit })]
  if (blocks.length === 0) throw new PemError(0, 'no PEM block: a line "-----BEGIN …-----" is due')
  return blocks
}

/**
 * The blocks in this text one after the other, RFC 7468 §2 and §3: whoever reads thousands can let others have their turn in
 * between. Text between blocks is explanation and is skipped; inside one, white space is. Everything else is strict: labels match,
 * padding is due, unused bits are zero. Throws `PemError` where the text goes wrong.
 */
export function* pemBlocks(
  text: string,
  { characters = LONGEST_PEM, blocks: most = MOST_BLOCKS }: PemLimits = {},
): Generator<PemBlock> {
  if (text.length > characters) {
    throw new PemError(0, `PEM text of ${text.length} characters; at most ${characters} are read`)
  }
  let count = 0
  let open: Boundary | undefined
  for (const boundary of boundariesIn(text, BOUNDARIES_A_BLOCK * (most + 1))) {
    const problem = open === undefined ? whyNoBeginning(boundary) : whyNoEnd(boundary, open.label)
    if (problem !== undefined) throw new PemError(lineAt(text, boundary.from), problem)
    if (boundary.kind === 'BEGIN') open = boundary
    if (boundary.kind !== 'END' || open === undefined) continue
    if (count === most) throw new PemError(lineAt(text, boundary.from), `more than ${most} blocks`)
    count++
    yield blockBetween(open, boundary, text)
    open = undefined
  }
  if (open !== undefined) throw new PemError(lineAt(text, open.from), `BEGIN ${quoted(open.label)} without an END`)
}

/** A line that begins with five hyphens, and where it stands: `to` is after its line end. */
interface Boundary {
  readonly kind: 'BEGIN' | 'END' | 'other'
  readonly label: string
  readonly from: number
  readonly to: number
}

const HYPHENS = '-----'
/** A BEGIN, an END, and as many lines of hyphens that are neither. */
const BOUNDARIES_A_BLOCK = 4

/** Looks for hyphens and for nothing else: what stands between blocks, and in them, costs next to nothing here. */
function* boundariesIn(text: string, most: number): Generator<Boundary> {
  let count = 0
  for (let at = text.indexOf(HYPHENS), from = 0; at !== -1; at = text.indexOf(HYPHENS, from)) {
    const to = afterLine(text, at)
    if (++count > most) throw new PemError(lineAt(text, at), 'too many lines of hyphens')
    if (isFirstInLine(text, at, from)) yield { ...boundaryIn(text.slice(at, to).trim()), from: at, to }
    from = to
  }
}

/** Whether nothing but white space stands before it in its line; `from` is the beginning of a line that is not after it. */
function isFirstInLine(text: string, at: number, from: number): boolean {
  let before = at
  while (before > from && /\s/.test(text.charAt(before - 1))) {
    before--
    if (isLineEnd(text.charAt(before))) return true
  }
  return before === from
}

/** Where the next line begins; a CR and the LF after it are one line end. */
function afterLine(text: string, at: number): number {
  const lineEnd = /\r\n|\n|\r/g
  lineEnd.lastIndex = at
  return lineEnd.test(text) ? lineEnd.lastIndex : text.length + 1
}

function isLineEnd(character: string): boolean {
  return character === '\n' || character === '\r'
}

/** The number of the line in which this stands. Asked when something is wrong with it. */
function lineAt(text: string, at: number): number {
  let line = 1
  for (let from = afterLine(text, 0); from <= at; from = afterLine(text, from)) line++
  return line
}

/** What a line of five hyphens is: a boundary with its label (RFC 7468 §3: no hyphen at an end of it), or something else. */
function boundaryIn(line: string): Pick<Boundary, 'kind' | 'label'> {
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
function blockBetween({ label, from, to }: Boundary, end: Boundary, text: string): PemBlock {
  const wrong = (at: number, problem: string) => new PemError(lineAt(text, from) + at, problem)
  if (end.from - to > LONGEST_PEM) throw wrong(0, `a block ${quoted(label)} of more than ${LONGEST_PEM} characters`)
  const body = text
    .slice(to, end.from)
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
  // What stands before END in its own line.
  body.pop()
  const headers = new Map<string, string>()
  let first = 0
  if (body[0]?.includes(':')) {
    first = body.indexOf('')
    if (first === -1) throw wrong(1, 'header fields without the empty line after them')
    for (const [at, line] of body.slice(0, first).entries()) {
      const colon = line.indexOf(':')
      if (colon < 1) throw wrong(1 + at, 'a header field without a name')
      headers.set(line.slice(0, colon), line.slice(colon + 1).trim())
    }
  }
  const lines = body.slice(first)
  const at = lines.findIndex((line) => !/^[A-Za-z0-9+/ \t]*={0,2}$/.test(line))
  if (at !== -1) throw wrong(1 + first + at, 'a character that is not base64')
  const der = base64(lines.join(''))
  if (der === undefined) {
    throw wrong(0, 'base64 that ends in the middle, or is padded wrongly: was something cut off?')
  }
  if (der.length === 0) throw wrong(0, `an empty block ${quoted(label)}`)
  return { label, der, headers }
}

function base64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(text, { lastChunkHandling: 'strict' })
  } catch {
    return undefined
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
