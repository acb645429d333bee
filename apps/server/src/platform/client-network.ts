import ipaddr from 'ipaddr.js'
import { addressIn } from './forwarded.ts'
import { reachedAddress } from './reachable-address.ts'

/**
 * As whom a client counts in every limit by address: its IPv4 address, or of IPv6 the network that one subscriber has at the least, in
 * which it may come from any of 2^64 addresses: `2001:db8:0:1::/64`. An IPv4 address inside an IPv6 one (mapped, NAT64)
 * counts as itself: all IPv4 clients of a translator come from one such network. What is no address counts as it stands.
 */
export function clientNetwork(address: string): string {
  const plain = addressIn(address)
  if (plain === undefined) return address
  const counted = ipaddr.parse(reachedAddress(plain.toString()))
  if (counted instanceof ipaddr.IPv4) return counted.toString()
  return `${new ipaddr.IPv6([...counted.parts.slice(0, 4), 0, 0, 0, 0])}/64`
}
