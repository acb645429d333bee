import type { SeededRandom } from './seeded-random.ts'

/** An element as fuzzing takes it apart: also what stands inside OCTET STRINGs and BIT STRINGs, where that is DER itself. */
interface Node {
  tag: number
  /** Octets in front of the elements: the count of unused bits of a BIT STRING. */
  prefix: Uint8Array
  contents: Uint8Array | Node[]
}

/**
 * Other bytes of nearly the same structure: one to four elements are dropped, doubled, swapped, retagged, replaced by one of
 * `donors`, or get other contents. Lengths are right again afterwards, but for one time in eight, when an octet is changed as well.
 */
export function mutateDer(der: Uint8Array, random: SeededRandom, donors: readonly Uint8Array[] = [der]): Uint8Array {
  const root = parse(der, 0)[0]
  if (root === undefined) throw new Error('a sample that is no DER')
  for (let times = 1 + random.number(4); times > 0; times--) mutateOne(root, random, donors)
  const changed = write(root)
  if (random.number(8) === 0 && changed.length > 0) changed[random.number(changed.length)] = random.number(256)
  return changed
}

const DEEPEST = 24
const TAGS = [
  1, 2, 3, 4, 5, 6, 10, 12, 18, 19, 20, 22, 23, 24, 28, 30, 0x30, 0x31, 0x80, 0x81, 0x82, 0x86, 0xa0, 0xa1, 0xa3,
]

function mutateOne(root: Node, random: SeededRandom, donors: readonly Uint8Array[]): void {
  const node = random.pick(all(root))
  switch (random.number(8)) {
    case 0:
      node.tag = random.pick(TAGS)
      return
    case 1:
      Object.assign(node, structuredClone(random.pick(all(parse(random.pick(donors), 0)[0] ?? root))))
      return
    case 2:
      node.contents = hostileContents(random)
      return
    default:
      if (node.contents instanceof Uint8Array) node.contents = otherOctets(node.contents, random)
      else otherElements(node.contents, random)
  }
}

function otherElements(elements: Node[], random: SeededRandom): void {
  const [at, other] = [random.number(elements.length), random.number(elements.length)]
  const [one, two] = [elements[at], elements[other]]
  if (one === undefined || two === undefined) return
  switch (random.number(4)) {
    case 0:
      elements.splice(at, 1)
      return
    case 1:
      elements.splice(other, 0, structuredClone(one))
      return
    case 2:
      elements[at] = two
      elements[other] = one
      return
    default:
      elements[at] = { tag: random.pick([0x30, 0x31, 0xa0, 0xa3]), prefix: new Uint8Array(), contents: [one] }
  }
}

function otherOctets(octets: Uint8Array, random: SeededRandom): Uint8Array {
  const at = random.number(octets.length + 1)
  switch (random.number(4)) {
    case 0:
      return octets.slice(0, at)
    case 1:
      return Uint8Array.from([...octets.subarray(0, at), random.number(256), ...octets.subarray(at)])
    case 2:
      return hostileContents(random)
    default:
      return at < octets.length ? octets.with(at, random.number(256)) : octets
  }
}

const TEXTS = [
  '',
  ' ',
  '\0',
  '.',
  '*',
  '*.',
  '@',
  'a@',
  '@a',
  'www.bank.example\0.evil.example',
  'WWW.Example.COM.',
  'xn--',
  'xn--a.example',
  '*.*.example',
  'b\u00fccher.example',
  '\u202eelpmaxe',
  '\ufdfa'.repeat(50),
  '__proto__',
  'constructor',
  'https://',
  'https:evil.example',
  'https://a@b@c/',
  'https://[::1',
  'urn:x',
  '10.0.0.1',
  '000000000000Z',
  '991231235959Z',
  '99991231235959Z',
  '00000101000000Z',
  '20500101000000Z',
  '260230000000Z',
]

function hostileContents(random: SeededRandom): Uint8Array {
  switch (random.number(5)) {
    case 0:
      return new TextEncoder().encode(random.pick(TEXTS))
    case 1:
      return random.bytes(random.number(40))
    case 2:
      return new Uint8Array(random.pick([0, 1, 2, 4, 8, 16, 21, 129, 300, 9000])).fill(
        random.pick([0, 1, 0x7f, 0x80, 0xff]),
      )
    case 3:
      return Uint8Array.from([random.number(3), random.number(256)])
    default:
      return new TextEncoder().encode(random.pick(TEXTS).repeat(random.number(8)))
  }
}

/** The element and all within it. */
function all(node: Node, found: Node[] = []): Node[] {
  found.push(node)
  if (!(node.contents instanceof Uint8Array)) for (const inside of node.contents) all(inside, found)
  return found
}

/** The elements of these octets; none when they are not elements to their end. */
function parse(octets: Uint8Array, depth: number): Node[] {
  const nodes: Node[] = []
  for (let at = 0; at < octets.length; ) {
    const tag = octets[at] ?? 0
    const first = octets[at + 1] ?? 0
    const count = first < 0x80 ? 0 : first & 0x7f
    const start = at + 2 + count
    const length = count === 0 ? first : octets.subarray(at + 2, start).reduce((sum, octet) => sum * 256 + octet, 0)
    if ((tag & 0x1f) === 0x1f || tag === 0 || count > 3 || first === 0x80 || start + length > octets.length) return []
    nodes.push(nodeOf(tag, octets.subarray(start, start + length), depth))
    at = start + length
  }
  return nodes
}

function nodeOf(tag: number, contents: Uint8Array, depth: number): Node {
  const prefix = tag === 3 ? contents.slice(0, 1) : new Uint8Array()
  const isConstructed = (tag & 0x20) !== 0
  const mayHold = isConstructed || tag === 3 || tag === 4
  const inside = mayHold && depth < DEEPEST ? parse(contents.subarray(prefix.length), depth + 1) : []
  if (inside.length > 0 || (isConstructed && contents.length === 0)) return { tag, prefix, contents: inside }
  return { tag, prefix: new Uint8Array(), contents: contents.slice() }
}

/** From the last octet to the first, so that lengths are known when they are due. */
function write(node: Node): Uint8Array {
  const octets: number[] = []
  writeBackwards(node, octets)
  return Uint8Array.from(octets.reverse())
}

function writeBackwards({ tag, prefix, contents }: Node, octets: number[]): void {
  const before = octets.length
  if (contents instanceof Uint8Array) for (let at = contents.length - 1; at >= 0; at--) octets.push(contents[at] ?? 0)
  else for (const inside of contents.toReversed()) writeBackwards(inside, octets)
  octets.push(...prefix)
  let rest = octets.length - before
  if (rest < 0x80) {
    octets.push(rest, tag)
    return
  }
  let count = 0
  for (; rest > 0; rest >>= 8, count++) octets.push(rest & 0xff)
  octets.push(0x80 | count, tag)
}
