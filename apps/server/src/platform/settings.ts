import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Why the value of a setting is refused: what is wrong with it, and what would be right. */
export class SettingError extends Error {
  override readonly name = 'SettingError'
}

/** One setting: a variable of the environment, as the documentation lists it. */
export interface Setting {
  readonly name: `CHANCERY_${string}`
  readonly meaning: string
  /** As it would be written; or, in parentheses, what happens without one. */
  readonly default: string
  readonly example: string
}

/** Where a listener listens. */
export interface ListenAddress {
  /** An IP address, or `localhost`. */
  readonly host: string
  readonly port: number
}

/** `host:port` with an address or localhost: `127.0.0.1:8080`, `[::1]:8080`. */
export function parseListenAddress(value: string): ListenAddress {
  const wanted = 'an address and a port, e.g. 127.0.0.1:8080, 0.0.0.0:8080 or [::1]:8080'
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(value)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host === undefined || (isIP(host) === 0 && host !== 'localhost')) throw new SettingError(`is not ${wanted}`)
  if (port < 1 || port > 65_535) throw new SettingError('has a port that is not between 1 and 65535')
  return { host, port }
}

/** An origin: scheme, host and perhaps port, without path, query or credentials. Returned as browsers write it. */
export function parseOrigin(value: string, scheme: 'https' | 'http', example: string): string {
  if (!URL.canParse(value)) throw new SettingError(`is not an address: give one as ${example}`)
  const url = new URL(value)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new SettingError(`has to begin with ${scheme}://, as in ${example}`)
  }
  if (url.username !== '' || url.password !== '') throw new SettingError('must not hold a user name or password')
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw new SettingError(`must not have a path, a query or a fragment: ${url.origin}`)
  }
  return url.origin
}

/** Whether an origin names this machine alone, RFC 6761 §6.3 and RFC 1122 §3.2.1.3. */
export function isLoopback(origin: string): boolean {
  const host = new URL(origin).hostname.replace(/^\[|\]$/g, '')
  if (host === 'localhost' || host.endsWith('.localhost')) return true
  return ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback'
}

/** Networks in CIDR form or single addresses, with commas between. */
export function parseNetworks(value: string): readonly string[] {
  const networks = value
    .split(',')
    .map((network) => network.trim())
    .filter((network) => network !== '')
  for (const network of networks) {
    if (!ipaddr.isValid(network) && !ipaddr.isValidCIDR(network)) {
      throw new SettingError(`names "${network}", which is no network: give e.g. 10.0.0.0/8, 192.0.2.7, fd00::/8`)
    }
    if (ipaddr.isValidCIDR(network) && ipaddr.parseCIDR(network)[1] === 0) {
      throw new SettingError(`names "${network}", which is everybody: name the networks that you mean`)
    }
  }
  return networks
}

/** One of some words. */
export function parseWord<Word extends string>(value: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === value)
  if (found === undefined) throw new SettingError(`has to be ${listOf(words)}`)
  return found
}

/** No word that somebody means is longer; and what a stranger sends may be a million characters. */
const LONGEST_WORD = 64

/** The word that a misspelt one probably means, if one is near. */
export function didYouMean(word: string, words: readonly string[]): string | undefined {
  if (word.length > LONGEST_WORD) return undefined
  const [best] = words
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .sort((a, b) => a.distance - b.distance)
  return best !== undefined && best.distance <= Math.max(2, word.length / 4) ? best.candidate : undefined
}

function listOf(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`)
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}

/** Levenshtein's distance, row by row. Both words are short: names of settings and commands. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (const [row, letter] of [...a].entries()) {
    const current = [row + 1]
    for (const [column, other] of [...b].entries()) {
      const replaced = (above[column] ?? 0) + (letter === other ? 0 : 1)
      current.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1))
    }
    above = current
  }
  return above.at(-1) ?? 0
}
