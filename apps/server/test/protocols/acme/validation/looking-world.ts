import { once } from 'node:events'
import { createServer as createHttp, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import type { Identifier } from '@chancery/pki'
import { guardedClient } from '../../../../src/platform/guarded-client.ts'
import { guardedHandshake } from '../../../../src/platform/guarded-handshake.ts'
import { type OutboundRules, type ResolvedAddress, whyNeverReached } from '../../../../src/platform/outbound-rules.ts'
import type {
  ChallengeToValidate,
  ChallengeValidation,
  ValidationResult,
} from '../../../../src/protocols/acme/challenge-validation.ts'
import {
  type CaaProperty,
  DnsFailure,
  type DnsResolver,
} from '../../../../src/protocols/acme/validation/dns-resolver.ts'
import type { Looking } from '../../../../src/protocols/acme/validation/looking.ts'
import { challengeValidation } from '../../../../src/protocols/acme/validation/validate-challenge.ts'

export const TOKEN = 'evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA'
/** RFC 7638 §3.1. */
const THUMBPRINT = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs'
export const KEY_AUTHORIZATION = `${TOKEN}.${THUMBPRINT}`
export const ACCOUNT = 'https://pki.example.com/acme/account/1'

/** Names as a resolver would know them: what is not here does not exist. */
export interface Zone {
  readonly addresses?: Readonly<Record<string, readonly string[]>>
  readonly txt?: Readonly<Record<string, readonly string[] | DnsFailure>>
  readonly caa?: Readonly<Record<string, readonly CaaProperty[] | DnsFailure>>
}

/** A resolver over a table, which answers as a real one does. */
export function resolverOf(zone: Zone): DnsResolver & { readonly asked: string[] } {
  const asked: string[] = []
  const from = <T>(table: Readonly<Record<string, readonly T[] | DnsFailure>> | undefined, kind: string) => {
    return async (name: string) => {
      asked.push(`${kind} ${name}`)
      const found = table?.[name] ?? []
      if (found instanceof DnsFailure) throw found
      const cameBack = found.length > 0 ? ('NOERROR' as const) : ('NXDOMAIN' as const)
      return { records: found, cameBack, aliases: [] }
    }
  }
  return {
    asked,
    from: '192.0.2.53',
    txt: from(zone.txt, 'TXT'),
    caa: from(zone.caa, 'CAA'),
    addresses: async (host) => (zone.addresses?.[host] ?? []).map(addressOf),
  }
}

function addressOf(address: string): ResolvedAddress {
  return { address, family: address.includes(':') ? 6 : 4 }
}

/** What is not told of other hosts is told nobody, and at once. */
export const NOBODY_WAITS: Pick<Looking, 'pause' | 'tellOperator'> = { pause: async () => {}, tellOperator: () => {} }

/** Looks at challenges at these ports of this machine, which is listed. Every name leads here unless the zone says otherwise. */
export function lookingAt(
  {
    http = 80,
    tls = 443,
    also = [],
  }: { readonly http?: number; readonly tls?: number; readonly also?: readonly number[] },
  {
    zone,
    rules,
    ...more
  }: { readonly zone?: Zone; readonly rules?: Partial<OutboundRules> } & Partial<
    Pick<Looking, 'pause' | 'tellOperator'>
  > = {},
): ChallengeValidation {
  const dns = resolverOf(zone ?? {})
  const lookup: OutboundRules['lookup'] = async (host, signal) => {
    const known = await dns.addresses(host, signal)
    return known.length > 0 || zone?.addresses !== undefined ? known : [{ address: '127.0.0.1', family: 4 }]
  }
  const outbound: OutboundRules = {
    allowedNetworks: ['127.0.0.1', '::1'],
    isOurs: () => false,
    ports: [80, 443, http, tls, ...also],
    lookup,
    ...rules,
  }
  const [fetch, handshake] = [guardedClient(outbound), guardedHandshake(outbound)]
  return challengeValidation({
    ...NOBODY_WAITS,
    ...{ dns, fetch, handshake, httpPort: http, tlsPort: tls },
    whyNeverReached: (address) => whyNeverReached(address, outbound),
    ...more,
  })
}

/** A challenge for a name; `dns-01` for wildcards. */
export function challengeFor(
  type: ChallengeToValidate['type'],
  value = 'www.example.com',
  more: Partial<ChallengeToValidate> = {},
): ChallengeToValidate {
  const identifier: Identifier = { type: /^[0-9.]+$|:/.test(value) ? 'ip' : 'dns', value }
  const settings = { caaIdentities: [], homeLabNames: false }
  const plain = {
    identifier,
    wildcard: false,
    type,
    token: TOKEN,
    keyAuthorization: KEY_AUTHORIZATION,
    thumbprint: THUMBPRINT,
  }
  return { ...plain, accountUri: ACCOUNT, settings, now: Date.UTC(2026, 10, 27), ...more }
}

/** One look, within a minute. */
export function look(validation: ChallengeValidation, challenge: ChallengeToValidate): Promise<ValidationResult> {
  return validation.validate(challenge, AbortSignal.timeout(60_000))
}

/** The detail of a failed look, with its type in front and whether it is tried again behind. */
export function failureOf(result: ValidationResult): string {
  if (result.result === 'valid') throw new Error('it is valid')
  return `${result.error.type}: ${result.error.detail}${result.worthRetry ? '' : ' (final)'}`
}

/** An HTTP server that goes with the test; its port. */
export async function httpServer(t: TestContext, listener: RequestListener, host = '127.0.0.1'): Promise<number> {
  return listening(t, createHttp(listener), host)
}

/** A TCP server that goes with the test; its port. */
export async function tcpServer(t: TestContext, listener: (socket: Socket) => void): Promise<number> {
  return listening(t, createTcp(listener))
}

/** Waits until a server listens, and ends it with its connections after the test. */
export async function listening(t: TestContext, server: Server, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  })
  server.listen(0, host)
  await once(server, 'listening')
  t.after(async () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
