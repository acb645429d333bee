/** IP addresses and networks: text as people write it, bytes as GeneralName carries them (RFC 5280 §4.2.1.6, §4.2.1.10). */

/** A range of addresses; both arrays have 4 octets (IPv4) or 16 (IPv6). */
export interface IpNetwork {
  readonly address: Uint8Array
  readonly mask: Uint8Array
}

/** The octets of an IPv4 or IPv6 address; `undefined` when the text is neither. No zones, no leading zeros in IPv4. */
export function parseIp(text: string): Uint8Array | undefined {
  if (text.length > 45) return undefined
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

/** An address as text, IPv6 in the canonical form of RFC 5952 §4; `undefined` unless there are 4 or 16 octets. */
export function formatIp(address: Uint8Array): string | undefined {
  if (address.length === 4) return address.join('.')
  return address.length === 16 ? formatIpv6(address) : undefined
}

/** A network such as `10.0.0.0/8` or `2001:db8::/32`, also `10.0.0.0/255.0.0.0`; `undefined` when the text is none. */
export function parseNetwork(text: string): IpNetwork | undefined {
  const slash = text.indexOf('/')
  const address = parseIp(slash < 0 ? text : text.slice(0, slash))
  if (address === undefined || slash < 0) return undefined
  const size = text.slice(slash + 1)
  if (!/^(?:0|[1-9][0-9]{0,2})$/.test(size)) {
    const mask = parseIp(size)
    return mask?.length === address.length && prefixLength(mask) !== undefined ? { address, mask } : undefined
  }
  const bits = Number(size)
  if (bits > address.length * 8) return undefined
  return { address, mask: Uint8Array.from(address, (_, at) => 0xff00 >> Math.min(8, Math.max(0, bits - at * 8))) }
}

/** A network as text, `address/prefix length`; `undefined` when the mask has holes or the sizes are wrong. */
export function formatNetwork({ address, mask }: IpNetwork): string | undefined {
  const text = formatIp(address)
  const bits = mask.length === address.length ? prefixLength(mask) : undefined
  return text === undefined || bits === undefined ? undefined : `${text}/${bits}`
}

/** Whether the address is in the network. An IPv4 address is in no IPv6 network, and the other way round. */
export function ipIsWithin(address: Uint8Array, network: IpNetwork): boolean {
  return (
    address.length === network.address.length &&
    address.every((octet, at) => ((octet ^ (network.address[at] ?? 0)) & (network.mask[at] ?? 0)) === 0)
  )
}

const OCTET = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])'
const IPV4 = new RegExp(`^${Array(4).fill(OCTET).join('\\.')}$`)

function parseIpv4(text: string): Uint8Array | undefined {
  const match = IPV4.exec(text)
  return match === null ? undefined : Uint8Array.from(match.slice(1), Number)
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [left, right] = halves.map((half, at) => parseGroups(half, at === halves.length - 1))
  if (left === undefined || (halves.length === 2 && right === undefined)) return undefined
  if (right === undefined) return left.length === 16 ? Uint8Array.from(left) : undefined
  const gap = 16 - left.length - right.length
  // "::" stands for at least one group (RFC 4291 §2.2).
  return gap < 2 ? undefined : Uint8Array.from([...left, ...Array<number>(gap).fill(0), ...right])
}

/** The octets of groups between colons; the last group of an address may be an IPv4 address. */
function parseGroups(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return []
  const octets: number[] = []
  const groups = text.split(':')
  for (const [at, group] of groups.entries()) {
    const ipv4 = mayEndInIpv4 && at === groups.length - 1 ? parseIpv4(group) : undefined
    if (ipv4 !== undefined) octets.push(...ipv4)
    else if (/^[0-9A-Fa-f]{1,4}$/.test(group))
      octets.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff)
    else return undefined
  }
  return octets
}

function formatIpv6(address: Uint8Array): string {
  const view = new DataView(address.buffer, address.byteOffset, 16)
  const groups = Array.from({ length: 8 }, (_, at) => view.getUint16(at * 2))
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff)
    return `::ffff:${address.subarray(12).join('.')}`
  const { start, length } = longestZeros(groups)
  const hex = groups.map((group) => group.toString(16))
  if (length < 2) return hex.join(':')
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`
}

/** The first of the longest runs of zero groups, which `::` replaces (RFC 5952 §4.2.3). */
function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let end = start
    while (groups[end] === 0) end++
    if (end - start > best.length) best = { start, length: end - start }
  }
  return best
}

/** How many ones a mask begins with, when only zeros follow. */
function prefixLength(mask: Uint8Array): number | undefined {
  const bits = Array.from(mask, (octet) => octet.toString(2).padStart(8, '0')).join('')
  return /^1*0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : undefined
}
