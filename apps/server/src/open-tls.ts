import { setTimeout as sleep } from 'node:timers/promises'
import { sha256 } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import { encodePem, formatIp, parseIp } from '@chancery/x509'
import type { Chancery } from './open-chancery.ts'
import { systemClock } from './platform/clock-and-random.ts'
import { type Config, ConfigError } from './platform/config.ts'
import type { Log } from './platform/log.ts'
import { type IdentitySource, ownCertificate } from './platform/own-certificate.ts'
import { isLoopback } from './platform/settings.ts'
import { TlsFileError } from './platform/tls-files.ts'
import type { TlsIdentity } from './platform/tls-identity.ts'
import { type PlatformCertificate, platformCertificate } from './platform-ca/platform-certificate.ts'
import { type PlatformNames, platformNames } from './platform-ca/platform-names.ts'
import { SYSTEM_TENANT } from './tenants/system-tenant.ts'

/** Where the https listener has its certificate from. */
export interface ServedTls extends IdentitySource {
  /** The root of the platform CA, DER; absent where the operator brings a certificate. */
  readonly root?: () => Uint8Array
  /** What is said at start of how the server is to be trusted; may be empty. */
  readonly notice: string
}

/**
 * Opens what the https listener proves itself by, if the configuration has one: the operator's own files, or what the platform CA
 * issues. Throws `ConfigError` for files and names that cannot be used.
 */
export async function openTls(config: Config, chancery: Chancery, log: Log): Promise<ServedTls | undefined> {
  if (config.https === undefined) return undefined
  if (config.tlsFiles === undefined) return fromPlatformCa(config, chancery, log)
  try {
    const host = hostOf(config.url)
    return { ...(await ownCertificate(config.tlsFiles, { host, log, now: systemClock })), notice: '' }
  } catch (error) {
    throw error instanceof TlsFileError ? new ConfigError(error.message) : error
  }
}

async function fromPlatformCa(config: Config, { installation, stores }: Chancery, log: Log): Promise<ServedTls> {
  const names = namesOf(config)
  const current = () =>
    platformCertificate({
      names,
      authorities: installation.for(SYSTEM_TENANT).authorities,
      services: installation.respondersOf(SYSTEM_TENANT),
      turns: stores.system.outbox,
      wait: sleep,
      report: (error) => log.error("the installation's certificate could not be renewed yet", { error }),
    })
  const first = await firstOf(current, names)
  let served = first
  return {
    first: identityOf(first),
    everyMs: 60_000,
    root: () => served.root,
    notice: noticeOf(first, config),
    look: async () => {
      const found = await current()
      if (Buffer.compare(found.certificate, served.certificate) === 0) return undefined
      if (Buffer.compare(found.root, served.root) !== 0)
        log.warn('another platform CA', { fingerprint: fingerprint(found.root) })
      served = found
      log.info('another certificate is served from now on', { expires: new Date(found.notAfter).toISOString() })
      return identityOf(found)
    },
  }
}

async function firstOf(current: () => Promise<PlatformCertificate>, { dns, ip }: PlatformNames) {
  try {
    return await current()
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'conflict') throw error
    const names = [...dns, ...ip].join(', ')
    throw new ConfigError(
      `CHANCERY_URL, CHANCERY_PUBLIC_URL or CHANCERY_HTTPS has a name that no certificate can be made for (${names}): ${error.message}`,
    )
  }
}

/** The names of the installation: those of its addresses, and on this machine alone all names of this machine. */
export function namesOf({ url, publicUrl, https }: Pick<Config, 'url' | 'publicUrl' | 'https'>): PlatformNames {
  const isHere = isLoopback(url)
  const listener = https?.host ?? ''
  const isOwnAddress = parseIp(listener) !== undefined && !/^[0.:]+$/.test(listener)
  const hosts = [
    hostOf(url),
    hostOf(publicUrl),
    ...(isOwnAddress && (isHere || !isLoopback(`https://${bracketed(listener)}`)) ? [plain(listener)] : []),
    ...(isHere ? ['localhost', '127.0.0.1', '::1'] : []),
  ]
  return platformNames(hosts, (host) => parseIp(host) !== undefined)
}

function hostOf(origin: string): string {
  return plain(new URL(origin).hostname.replace(/^\[|\]$/g, ''))
}

/** A host as certificates have it: addresses in one spelling, names without the dot of the root. */
function plain(host: string): string {
  const address = parseIp(host)
  return (address && formatIp(address)) ?? host.replace(/\.$/, '').toLowerCase()
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function identityOf({ certificate, privateKey }: PlatformCertificate): TlsIdentity {
  return { certificate: encodePem('CERTIFICATE', certificate), key: encodePem('PRIVATE KEY', privateKey) }
}

function noticeOf({ root, madeRoot }: PlatformCertificate, { url, publicUrl, http }: Config): string {
  const place = isLoopback(url) ? `http://localhost:${http.port}` : publicUrl
  const why =
    madeRoot === 'another'
      ? 'The names of this installation have changed, so its certificate comes from a new CA. Whoever trusts the one before has to trust this one too:'
      : "Its certificate comes from the installation's own CA, which clients have to trust once:"
  const here = isLoopback(url)
    ? `On this machine ${place} serves the same, and nothing has to be trusted for it.\n`
    : ''
  return `${why}\n  ${place}/platform-ca.pem\n  SHA-256 ${fingerprint(root)}\n${here}`
}

/** As OpenSSL prints it. */
function fingerprint(der: Uint8Array): string {
  return sha256(der)
    .toHex()
    .toUpperCase()
    .replace(/..(?=.)/g, '$&:')
}
