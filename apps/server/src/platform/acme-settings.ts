import { isIP } from 'node:net'
import { type Setting, SettingError } from './settings.ts'

/** How challenges of ACME are looked at. */
export interface AcmeSettings {
  /** Where web servers are asked for http-01 (RFC 8555 §8.3), and TLS servers for tls-alpn-01 (RFC 8737 §3). */
  readonly httpPort: number
  readonly tlsPort: number
  /** `192.0.2.1`, `192.0.2.1:5353`, `[2001:db8::1]:53`; empty: the resolver of the system. */
  readonly resolvers: readonly string[]
}

/** The settings of ACME, as the documentation lists them. */
export const ACME_SETTINGS = [
  {
    name: 'CHANCERY_ACME_RESOLVER',
    meaning:
      'The DNS servers that are asked for the names in ACME orders: their addresses (http-01, tls-alpn-01), their TXT records (dns-01, dns-persist-01) and CAA. Addresses, each perhaps with a port, with commas between. A resolver that keeps answers for long makes clients wait for records that they have just set.',
    default: '(the resolver of the system)',
    example: '10.0.0.53, [fd00::53]:5353',
  },
  {
    name: 'CHANCERY_ACME_HTTP_PORT',
    meaning:
      'The port at which web servers are asked for the challenge http-01. RFC 8555 wants 80: another one is for trials and for networks of your own.',
    default: '80',
    example: '5002',
  },
  {
    name: 'CHANCERY_ACME_TLS_PORT',
    meaning:
      'The port at which TLS servers are asked for the challenge tls-alpn-01. RFC 8737 wants 443: another one is for trials and for networks of your own.',
    default: '443',
    example: '5001',
  },
] as const satisfies readonly Setting[]

export function parsePort(value: string): number {
  const port = /^[0-9]{1,5}$/.test(value) ? Number(value) : 0
  if (port < 1 || port > 65_535) throw new SettingError('is not a port, a number between 1 and 65535')
  return port
}

/** DNS servers: addresses, perhaps with ports, with commas between. */
export function parseResolvers(value: string): readonly string[] {
  const servers = value
    .split(',')
    .map((server) => server.trim())
    .filter((server) => server !== '')
  for (const server of servers) {
    const { address = server, port } =
      /^(?:\[(?<address>[^\]]+)\]|(?<address>[^:]+)):(?<port>\d{1,5})$/.exec(server)?.groups ?? {}
    const isPort = port === undefined || (Number(port) >= 1 && Number(port) <= 65_535)
    if (isIP(address) === 0 || !isPort) {
      throw new SettingError(
        `names "${server}", which is no address: give e.g. 10.0.0.53, 10.0.0.53:5353, [fd00::53]:5353`,
      )
    }
  }
  return servers
}
