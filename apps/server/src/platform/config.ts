import { resolve } from 'node:path'
import { type AcmeSettings, parsePort, parseResolvers } from './acme-settings.ts'
import { LOG_LEVELS, type LogLevel } from './log.ts'
import {
  type MailFrom,
  type MailSettings,
  mailSettings,
  parseMailFrom,
  parseSmtpUrl,
  type SmtpUrl,
} from './mail-settings.ts'
import {
  isLoopback,
  type ListenAddress,
  parseListenAddress,
  parseNetworks,
  parseOrigin,
  parseWord,
  SettingError,
} from './settings.ts'
import { type SettingName, unknownSettings } from './settings-table.ts'
import { parseGithub, parseGoogle, parseMicrosoft, parseOidc, type SignInProvider } from './sign-in-settings.ts'
import { DEFAULT_HTTPS, defaultUrl, isPair, type TlsFiles, type TlsMode, tlsContradictions } from './tls-settings.ts'

/** What the operator decided, parsed. Origins have no slash at their end. */
export interface Config {
  /** The origin of people and clients. */
  readonly url: string
  /** The http origin written into certificates (CRL, OCSP, AIA, CPS; RFC 5280 §8). */
  readonly publicUrl: string
  readonly http: ListenAddress
  /** Absent: nobody is served by https here. */
  readonly https?: ListenAddress
  /** Who ends TLS: this server, or a proxy in front of its plain listener. */
  readonly tls: TlsMode
  /** Absolute paths of a certificate (PEM, with its chain) and its key, in place of what the platform CA issues. */
  readonly tlsFiles?: TlsFiles
  /** Whose X-Forwarded-* count: addresses and CIDR networks. */
  readonly trustedProxies: readonly string[]
  /** Networks that outbound requests may reach beside public ones: addresses and CIDR networks. */
  readonly outboundNetworks: readonly string[]
  readonly acme: AcmeSettings
  /** Absolute path. */
  readonly dataFolder: string
  /** `postgres://…`, with its password: never logged. Absent: SQLite in the data folder. */
  readonly databaseUrl?: string
  /** Absolute path. Absent: `master.key` in the data folder. */
  readonly masterKeyFile?: string
  /** Where metrics are told. Absent: nowhere. */
  readonly metrics?: ListenAddress & {
    /** Somebody wrote it down: the server does not start without it. */
    readonly chosen: boolean
  }
  /** How mail leaves. Absent: it does not. Holds a secret: never logged. */
  readonly mail?: MailSettings
  /** Outside providers by which people may sign in. Holds secrets: never logged. */
  readonly signInProviders: readonly SignInProvider[]
  /** The text of the master key itself, where the environment holds it. A function, so that nothing prints it. */
  readonly masterKeyText?: () => string
  readonly logLevel: LogLevel
}

/** The environment cannot be served by: one line for each variable that is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const TLS_WORDS = ['proxy'] as const

/**
 * The settings of an environment. An empty variable counts as one that is not set.
 * Throws `ConfigError`, which names every variable that is wrong, what is wrong with it and what would be right.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const errors: string[] = unknownSettings(env)
  const read = <T>(name: SettingName, parse: (value: string) => T, otherwise: T): T => {
    const value = env[name]?.trim() ?? ''
    if (value === '') return otherwise
    try {
      return parse(value)
    } catch (error) {
      if (!(error instanceof SettingError)) throw error
      errors.push(`${name} ${error.message}.`)
      return otherwise
    }
  }

  const readPath = (name: SettingName) => read<string | undefined>(name, (value) => resolve(value), undefined)

  const http = read('CHANCERY_HTTP', parseListenAddress, { host: '127.0.0.1', port: 8080 })
  const tls = read<TlsMode>('CHANCERY_TLS', (value) => parseWord(value, TLS_WORDS), 'own')
  const asked = read<ListenAddress | undefined>('CHANCERY_HTTPS', parseListenAddress, undefined)
  const url = read('CHANCERY_URL', parseUrl, defaultUrl(tls, http, asked))
  const files = { certificate: readPath('CHANCERY_TLS_CERT_FILE'), key: readPath('CHANCERY_TLS_KEY_FILE') }
  errors.push(...tlsContradictions({ tls, http, asked, files }))
  const isWanted = url.startsWith('https:') || isPair(files)
  const https = asked ?? (tls === 'own' && isWanted ? DEFAULT_HTTPS : undefined)
  const databaseUrl = read<string | undefined>('CHANCERY_DATABASE_URL', parseDatabaseUrl, undefined)
  const masterKeyFile = readPath('CHANCERY_MASTER_KEY_FILE')
  const metrics = read<Config['metrics']>('CHANCERY_METRICS', parseMetrics, {
    host: '127.0.0.1',
    port: 9464,
    chosen: false,
  })
  const masterKey = read<string | undefined>('CHANCERY_MASTER_KEY', (value) => value, undefined)
  if (masterKey !== undefined && masterKeyFile !== undefined) {
    errors.push('CHANCERY_MASTER_KEY and CHANCERY_MASTER_KEY_FILE are both set: keep one of them.')
  }
  const parts = {
    smtp: read<SmtpUrl | undefined>('CHANCERY_SMTP_URL', parseSmtpUrl, undefined),
    from: read<MailFrom | undefined>('CHANCERY_MAIL_FROM', parseMailFrom, undefined),
    passwordFile: readPath('CHANCERY_SMTP_PASSWORD_FILE'),
  }
  const mail = mailSettings(parts, errors)
  const config: Config = {
    url,
    publicUrl: read('CHANCERY_PUBLIC_URL', parsePublicUrl, derivePublicUrl(url, http)),
    http,
    tls,
    trustedProxies: read('CHANCERY_TRUSTED_PROXIES', parseNetworks, []),
    outboundNetworks: read('CHANCERY_OUTBOUND_NETWORKS', parseNetworks, []),
    acme: {
      httpPort: read('CHANCERY_ACME_HTTP_PORT', parsePort, 80),
      tlsPort: read('CHANCERY_ACME_TLS_PORT', parsePort, 443),
      resolvers: read('CHANCERY_ACME_RESOLVER', parseResolvers, []),
    },
    dataFolder: read('CHANCERY_DATA', (value) => resolve(value), resolve('data')),
    signInProviders: [
      ...read('CHANCERY_SIGN_IN_GOOGLE', (value) => [parseGoogle(value)], []),
      ...read('CHANCERY_SIGN_IN_MICROSOFT', (value) => [parseMicrosoft(value)], []),
      ...read('CHANCERY_SIGN_IN_GITHUB', (value) => [parseGithub(value)], []),
      ...read('CHANCERY_SIGN_IN_OIDC', parseOidc, []),
    ],
    logLevel: read('CHANCERY_LOG_LEVEL', (value) => parseWord(value, LOG_LEVELS), 'info'),
    ...(https !== undefined && { https }),
    ...(isPair(files) && { tlsFiles: files }),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(masterKeyFile === undefined ? {} : { masterKeyFile }),
    ...(metrics === undefined ? {} : { metrics }),
    ...(mail === undefined ? {} : { mail }),
    ...(masterKey === undefined ? {} : { masterKeyText: () => masterKey }),
  }
  if (errors.length > 0) throw new ConfigError(errors.join('\n'))
  return config
}

function parseUrl(value: string): string {
  const origin = parseOrigin(value, 'https', 'https://pki.example.com')
  if (origin.startsWith('http:') && !isLoopback(origin)) {
    throw new SettingError('has to be https: plain http only works for an address of this machine, e.g. localhost')
  }
  return origin
}

function parsePublicUrl(value: string): string {
  const origin = parseOrigin(value, 'http', 'http://pki.example.com')
  if (origin.startsWith('http:')) return origin
  throw new SettingError('has to be http: it is fetched while a certificate is checked, so https would need itself')
}

function parseDatabaseUrl(value: string): string {
  // What is wrong is not quoted: it may hold a password. The host may be empty (a socket named in the query), so no `URL`.
  if (!/^postgres(ql)?:\/\/\S+$/.test(value)) {
    throw new SettingError('has to look like postgres://user:password@host/database, or be empty for SQLite')
  }
  return value
}

function parseMetrics(value: string): Config['metrics'] {
  return value === 'off' ? undefined : { ...parseListenAddress(value), chosen: true }
}

function derivePublicUrl(url: string, http: ListenAddress): string {
  const { hostname } = new URL(url)
  return `http://${hostname}${isLoopback(url) ? portSuffix(http.port) : ''}`
}

function portSuffix(port: number): string {
  return port === 80 ? '' : `:${port}`
}
