import ipaddr from 'ipaddr.js'

/**
 * Why we do not connect to an address, or nothing when we do: it is public, or in one of the networks (addresses and CIDR) that the
 * operator lists, or, where private networks are reachable too, in one of these. An IPv4 address inside an IPv6 one (mapped, NAT64)
 * is judged as what it leads to. What is no address is refused.
 */
export function whyUnreachable(
  address: string,
  allowedNetworks: readonly string[] = [],
  { privateToo = false }: { readonly privateToo?: boolean } = {},
): string | undefined {
  if (!ipaddr.isValid(address)) return 'is no address'
  const reached = embedded(ipaddr.process(address))
  if (allowedNetworks.some((network) => isIn(reached, network))) return undefined
  if (privateToo && PRIVATE.includes(reached.range())) return undefined
  const kind = kindOf(reached)
  return kind === undefined ? undefined : `is ${kind}`
}

/** Whom an address leads to: the IPv4 address inside an IPv6 one (mapped, NAT64), else itself. What is no address stays what it is. */
export function reachedAddress(address: string): string {
  return ipaddr.isValid(address) ? embedded(ipaddr.process(address)).toString() : address
}

type Address = ipaddr.IPv4 | ipaddr.IPv6

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96')

/** RFC 1918 and RFC 4193 §3.1. */
const PRIVATE: readonly string[] = ['private', 'uniqueLocal']

const WORDS: Readonly<Record<string, string>> = {
  loopback: 'this machine',
  private: 'in a private network',
  uniqueLocal: 'in a private network',
  linkLocal: 'link-local',
  carrierGradeNat: 'in a shared network of a provider',
  multicast: 'a group, not a machine',
  broadcast: 'a group, not a machine',
  unspecified: 'no machine',
}

/** The IPv4 address that a NAT64 address leads to, RFC 6052 §2.1. Mapped ones are IPv4 already. */
function embedded(address: Address): Address {
  if (!(address instanceof ipaddr.IPv6) || !address.match(NAT64)) return address
  return ipaddr.IPv4.parse(address.toByteArray().slice(12).join('.'))
}

/** What is not public, in words. Of IPv6 only global unicast (RFC 4291 §2.4) is, without what is set apart in it. */
function kindOf(address: Address): string | undefined {
  const range = address.range()
  const isPublic = range === 'unicast' && (address instanceof ipaddr.IPv4 || address.match(GLOBAL_UNICAST))
  return isPublic ? undefined : (WORDS[range] ?? 'not public')
}

function isIn(address: Address, network: string): boolean {
  const [base, bits] = ipaddr.isValidCIDR(network) ? ipaddr.parseCIDR(network) : wholeAddress(network)
  return base.kind() === address.kind() && address.match(base, bits)
}

function wholeAddress(text: string): [Address, number] {
  const address = ipaddr.process(text)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}
