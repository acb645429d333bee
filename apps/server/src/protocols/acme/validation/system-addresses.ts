import { readFile } from 'node:fs/promises'
import { platform } from 'node:process'
import type { ResolvedAddress } from '../../../platform/outbound-rules.ts'

const HOSTS = platform === 'win32' ? 'C:\\Windows\\System32\\drivers\\etc\\hosts' : '/etc/hosts'

/** How a host is found where the operator set no resolver. `read` gives the system's file of hosts, `ask` asks its DNS servers. */
export interface SystemLookups {
  readonly read?: () => Promise<string>
  readonly ask: (host: string, signal: AbortSignal) => Promise<readonly ResolvedAddress[]>
  /** The system's own way, with its search domains and mDNS. */
  readonly bySystem: (host: string) => Promise<readonly ResolvedAddress[]>
}

/**
 * Addresses as this machine knows them: its file of hosts, then its DNS servers. The system's own look-up holds one of the few threads on
 * which keys sign too, for as long as a stranger's name server likes: only names of the local network (one label, `.local`) go to it,
 * one at a time.
 */
export function systemAddresses({
  ask,
  read = () => readFile(HOSTS, 'utf8'),
  bySystem,
}: SystemLookups): SystemLookups['ask'] {
  let turn: Promise<unknown> = Promise.resolve()
  return async (host, signal) => {
    const known = addressesIn(await read().catch(() => ''), host)
    if (known.length > 0) return known
    if (host.includes('.') && !host.endsWith('.local')) return ask(host, signal)
    const mine = turn.then(() => (signal.aborted ? [] : bySystem(host)))
    turn = mine.catch(() => {})
    return mine
  }
}

/** The addresses that a file of hosts has for a name. */
function addressesIn(hosts: string, name: string): readonly ResolvedAddress[] {
  return hosts.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    const isNamed = names.some((one) => one.toLowerCase() === name.toLowerCase())
    return isNamed ? [{ address, family: address.includes(':') ? 6 : 4 }] : []
  })
}
