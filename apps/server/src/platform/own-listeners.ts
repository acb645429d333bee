import { networkInterfaces } from 'node:os'
import ipaddr from 'ipaddr.js'
import type { Config } from './config.ts'

/**
 * Whether an address and port are a listener or the database of ours, as far as this machine can tell: any address of the machine
 * at one of our ports. What another machine forwards to us it cannot know.
 */
export function ownListeners({
  http,
  https,
  metrics,
  databaseUrl,
}: Pick<Config, 'http' | 'https' | 'metrics' | 'databaseUrl'>): (address: string, port: number) => boolean {
  // `postgres://user@/name?host=/folder` is no URL to Node.js; a Unix socket is no port that could be fetched from.
  const database = databaseUrl !== undefined && URL.canParse(databaseUrl) ? new URL(databaseUrl) : undefined
  const databasePort = Number(database?.port || 5432)
  const databaseHost = database?.hostname.replace(/^\[|\]$/g, '')
  return (address, port) => {
    if ([http, https, metrics].some((ours) => ours?.port === port) && isHere(address)) return true
    return database !== undefined && port === databasePort && (isHere(address) || address === databaseHost)
  }
}

function isHere(address: string): boolean {
  const plain = ipaddr.process(address)
  if (plain.range() === 'loopback' || plain.range() === 'unspecified') return true
  const ours = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
  return ours.some((one) => ipaddr.process(one.address).toNormalizedString() === plain.toNormalizedString())
}
