import { parseIp } from '@chancery/x509'

/**
 * The name under which an address is looked up in reverse, which stands in server_name for tls-alpn-01 (RFC 8738 §6): in in-addr.arpa
 * (RFC 1034 §5.2.1) or ip6.arpa (RFC 3596 §2.5). Throws for what is no address.
 */
export function reverseName(address: string): string {
  const octets = parseIp(address)
  if (octets === undefined) throw new RangeError(`"${address}" is no address`)
  if (octets.length === 4) return `${octets.toReversed().join('.')}.in-addr.arpa`
  return `${[...octets.toHex()].toReversed().join('.')}.ip6.arpa`
}
