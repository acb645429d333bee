import { lookup as systemLookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { reachedAddress, whyUnreachable } from './reachable-address.ts'

/** Whom outbound requests may reach. */
export interface OutboundRules {
  /** Networks beside the public ones, as the operator lists them: addresses and CIDR. */
  readonly allowedNetworks: readonly string[]
  /** Whether private networks are reachable too, asked anew each time; not unless given. Never this machine or link-local ones. */
  readonly privateNetworks?: () => Promise<boolean>
  /** Our own listeners and database: never reached, whatever is listed. Asked for whom an address leads to (`reachedAddress`). */
  readonly isOurs: (address: string, port: number) => boolean
  /** 80 and 443 unless given. */
  readonly ports?: readonly number[]
  /** All addresses of a host name; the system's resolver unless given. */
  readonly lookup?: (host: string, signal: AbortSignal) => Promise<readonly ResolvedAddress[]>
}

export interface ResolvedAddress {
  readonly address: string
  readonly family: number
}

/** What is sent, where nothing is only fetched. It is not sent again after a redirect. */
export interface OutboundRequest {
  readonly method: 'POST'
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** One address that was asked on the way of an outbound request, and what it answered as far as it got. */
export interface OutboundHop {
  readonly url: string
  /** Whom we were connected to. */
  readonly address?: string
  /** The addresses that it was to connect to, where it failed before an answer. */
  readonly tried?: readonly string[]
  readonly status?: number
  readonly mediaType?: string
  /** Where a redirect leads, as it was sent. */
  readonly location?: string
  /** Milliseconds until the headers of its answer, or until it failed. */
  readonly tookMs: number
}

/**
 * Why nothing was fetched: `refused` by our rules, a name with `no-address`, `unreachable`, `too-slow`, `too-large`, or a `bad-answer`. The
 * message says which address and why: it is for the log of the operator and the trace of an administrator, because a stranger could
 * search networks by it. A stranger is told `told`.
 */
export class OutboundError extends Error {
  override readonly name = 'OutboundError'
  readonly code: 'refused' | 'no-address' | 'unreachable' | 'too-slow' | 'too-large' | 'bad-answer'
  /** Which rule or bound it was, in words that name no host, address or port that was found on the way. */
  readonly told: string
  /** What was asked before it failed, the failing address last. */
  readonly hops: readonly OutboundHop[]

  constructor(
    code: OutboundError['code'],
    message: string,
    { told = TOLD[code], cause, hops = [] }: { told?: string; cause?: unknown; hops?: readonly OutboundHop[] } = {},
  ) {
    super(message, { cause })
    this.code = code
    this.told = told
    this.hops = hops
  }

  /** The same error with the way to it. */
  after(hops: readonly OutboundHop[]): OutboundError {
    const { code, message, told, cause } = this
    return new OutboundError(code, message, { told, cause, hops })
  }
}

const TOLD: Readonly<Record<OutboundError['code'], string>> = {
  refused: 'it is none that this server may connect to',
  'no-address': 'the name has no address',
  unreachable: 'it cannot be reached',
  'too-slow': 'there was no whole answer in time',
  'too-large': 'the answer is too large',
  'bad-answer': 'the answer is none that is taken',
}

const PORTS = [80, 443]

/** Throws `OutboundError` for a port that is not to be connected to. `host` is for the message. */
export function checkPort(host: string, port: number, { ports = PORTS }: OutboundRules): void {
  if (ports.includes(port)) return
  const allowed = new Intl.ListFormat('en', OR).format(ports.map(String))
  throw refuse(`${host}: port ${port} is not ${allowed}`, `its port is not ${allowed}`)
}
const OR = { type: 'disjunction' } as const

/**
 * The addresses of a host that may be connected to at this port: only to these, so that a name that changes its mind afterwards changes
 * nothing. Throws `OutboundError` when there is none; rejects as the look-up does. `host` may be an address, also in brackets.
 */
export async function checkedAddresses(
  host: string,
  port: number,
  rules: OutboundRules,
  signal: AbortSignal,
): Promise<readonly ResolvedAddress[]> {
  const { lookup = lookupAll, allowedNetworks, privateNetworks } = rules
  const name = host.replace(/^\[|\]$/g, '')
  const family = isIP(name)
  const all = family === 0 ? await orAborted(lookup(name, signal), signal) : [{ address: name, family }]
  const privateToo = privateNetworks !== undefined && (await privateNetworks())
  const refusals = all.map(({ address }) =>
    rules.isOurs(reachedAddress(address), port)
      ? 'is this server itself'
      : whyUnreachable(address, allowedNetworks, { privateToo }),
  )
  const reachable = all.filter((_, index) => refusals[index] === undefined)
  if (reachable.length > 0) return reachable
  const [first] = all
  if (first === undefined) throw new OutboundError('no-address', `not fetched: ${name} has no address`)
  throw refuse(`${name}: ${first.address} ${refusals[0]}`, 'its address is none that this server may connect to')
}

/**
 * Why nothing is connected to at an address, whatever the port: `is in a private network`. Nothing when it may be reached, as far as
 * the networks of the rules say.
 */
export async function whyNeverReached(
  address: string,
  { allowedNetworks, privateNetworks }: Pick<OutboundRules, 'allowedNetworks' | 'privateNetworks'>,
): Promise<string | undefined> {
  const privateToo = privateNetworks !== undefined && (await privateNetworks())
  return whyUnreachable(address, allowedNetworks, { privateToo })
}

function lookupAll(host: string): Promise<readonly ResolvedAddress[]> {
  return systemLookup(host, { all: true })
}

/** Work that cannot be called off: nobody has to wait for it. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', abort))
}

/** A refusal by these rules: what for, and what a stranger is told of it where that names whom he is not to find. */
export function refuse(what: string, told: string = what): OutboundError {
  return new OutboundError('refused', `not fetched: ${what}`, { told })
}
