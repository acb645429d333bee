import { DerError } from './der/der-error.ts'
import { DerWriter } from './der/der-writer.ts'
import { CONSTRUCTED, TAG } from './der/tag.ts'

/** Elements within elements that are followed; PKCS#12 and CMS stay below half of it. */
const DEEPEST = 32
const MOST_ELEMENTS = 100_000

/**
 * BER made DER where it differs in form: indefinite lengths and lengths in too many octets get their shortest form, OCTET
 * STRINGs in pieces are joined. PKCS#12 and CMS come so from Firefox, macOS and streaming writers. What else DER demands (order
 * of a SET, defaults left out) is not mended: the codecs say so. What is DER already comes back as it is.
 *
 * Only what is not signed or hashed may go through here. Never deeper than 32 elements, and at most 100,000 of them. Throws
 * `DerError`.
 */
export function berToDer(ber: Uint8Array): Uint8Array {
  const { node, end } = parse({ ber, elements: 0 }, 0, ber.length, 0)
  if (end !== ber.length) throw new DerError(`${ber.length - end} octets too many`)
  const out = new DerWriter(ber.length)
  write(out, node)
  return out.finish()
}

interface Node {
  readonly tag: number
  /** Contents of a primitive element, or the elements within a constructed one. */
  readonly contents: Uint8Array | readonly Node[]
}

interface Input {
  readonly ber: Uint8Array
  elements: number
}

function parse(input: Input, from: number, limit: number, depth: number): { node: Node; end: number } {
  const { ber } = input
  if (depth > DEEPEST) throw new DerError(`elements nested more than ${DEEPEST} deep`)
  if (++input.elements > MOST_ELEMENTS) throw new DerError(`more than ${MOST_ELEMENTS} elements`)
  const tag = from < limit ? ber[from] : undefined
  if (tag === undefined) throw new DerError('truncated where an element is due')
  if ((tag & 0x1f) === 0x1f) throw new DerError('tag numbers above 30 are not used here')
  const { start, end } = lengthAt(ber, from + 1, limit)
  if (!(tag & CONSTRUCTED)) {
    if (end === undefined) throw new DerError('a primitive element of indefinite length')
    return { node: { tag, contents: ber.subarray(start, end) }, end }
  }
  const contents: Node[] = []
  let at = start
  while (end === undefined ? !endsAt(ber, at, limit) : at < end) {
    const child = parse(input, at, end ?? limit, depth + 1)
    contents.push(child.node)
    at = child.end
  }
  return { node: { tag, contents }, end: end ?? at + 2 }
}

/** End-of-contents octets (X.690 §8.1.5). */
function endsAt(ber: Uint8Array, at: number, limit: number): boolean {
  if (at + 2 > limit) throw new DerError('truncated: an element of indefinite length does not end')
  return ber[at] === 0 && ber[at + 1] === 0
}

/** Where the contents begin and end; no end for an indefinite length. */
function lengthAt(ber: Uint8Array, from: number, limit: number): { start: number; end: number | undefined } {
  const first = from < limit ? ber[from] : undefined
  if (first === undefined) throw new DerError('truncated inside a length')
  if (first === 0x80) return { start: from + 1, end: undefined }
  const count = first > 0x80 ? first & 0x7f : 0
  const start = from + 1 + count
  if (start > limit) throw new DerError('truncated inside a length')
  const length = count === 0 ? first : ber.subarray(from + 1, start).reduce((sum, octet) => sum * 256 + octet, 0)
  if (length > limit - start) throw new DerError(`truncated: more octets announced than the ${limit - start} there`)
  return { start, end: start + length }
}

function write(out: DerWriter, { tag, contents }: Node): void {
  const before = out.length
  const inPieces = tag === (TAG.octetString | CONSTRUCTED)
  if (contents instanceof Uint8Array) out.octets(contents)
  else if (inPieces) writePieces(out, contents)
  else for (const node of contents.toReversed()) write(out, node)
  out.header(inPieces ? TAG.octetString : tag, before)
}

/** The octets of an OCTET STRING in pieces, which may be in pieces themselves (X.690 §8.7.3). */
function writePieces(out: DerWriter, pieces: readonly Node[]): void {
  for (const { tag, contents } of pieces.toReversed()) {
    if ((tag & ~CONSTRUCTED) !== TAG.octetString) throw new DerError('an OCTET STRING with a piece that is none')
    if (contents instanceof Uint8Array) out.octets(contents)
    else writePieces(out, contents)
  }
}
