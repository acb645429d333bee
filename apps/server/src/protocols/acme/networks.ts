import { ipIsWithin, parseIp, parseNetwork } from '@chancery/x509'

/** Whether an address is in one of these networks, each an address or CIDR. An IPv4 address may come as part of an IPv6 one. */
export function isWithin(networks: readonly string[], address: string): boolean {
  const octets = parseIp(address.replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*$/, ''))
  if (octets === undefined) return false
  return networks.some((text) => {
    const single = parseIp(text)
    const network = single === undefined ? parseNetwork(text) : { address: single, mask: single.map(() => 0xff) }
    return network !== undefined && ipIsWithin(octets, network)
  })
}
