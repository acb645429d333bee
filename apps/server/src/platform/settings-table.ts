import { ACME_SETTINGS } from './acme-settings.ts'
import { MAIL_SETTINGS } from './mail-settings.ts'
import { didYouMean, type Setting } from './settings.ts'
import { SIGN_IN_SETTINGS } from './sign-in-settings.ts'

/** Every setting, in the order in which the documentation lists them. */
export const SETTINGS = [
  {
    name: 'CHANCERY_URL',
    meaning:
      'The address of people and clients (API, pages): https, or http on this machine alone. Without path. A server that is reached by others has to be told its address here.',
    default: '(https://localhost with the port of CHANCERY_HTTPS)',
    example: 'https://pki.example.com',
  },
  {
    name: 'CHANCERY_PUBLIC_URL',
    meaning:
      'The http address written into certificates for CRL, OCSP, AIA and CPS (RFC 5280 §8: it is fetched before anything can be trusted). Addresses that were written once go on answering after a change.',
    default: '(CHANCERY_URL as http, on port 80; on this machine alone: on the port of CHANCERY_HTTP)',
    example: 'http://pki.example.com',
  },
  {
    name: 'CHANCERY_HTTP',
    meaning:
      'Where plain HTTP listens. It serves what relying parties fetch; everything else only while CHANCERY_URL names this machine, or behind a proxy that ends TLS.',
    default: '127.0.0.1:8080',
    example: '0.0.0.0:80',
  },
  {
    name: 'CHANCERY_HTTPS',
    meaning:
      'Where https listens; nowhere by default if CHANCERY_URL is http. It serves everything. Its certificate comes from the CA of the installation itself, which is bound to its own names, served at `/platform-ca.pem` and named at start with its fingerprint, and renews itself; or from the two files below.',
    default: '127.0.0.1:8443',
    example: '0.0.0.0:443',
  },
  {
    name: 'CHANCERY_TLS_CERT_FILE',
    meaning:
      'A certificate of your own for https: PEM, followed by the certificates above it. It is read again when it changes; files that do not fit together leave the one before in use, and the log says so.',
    default: '(empty: the CA of the installation)',
    example: '/etc/letsencrypt/live/pki.example.com/fullchain.pem',
  },
  {
    name: 'CHANCERY_TLS_KEY_FILE',
    meaning: 'Its private key: PEM, not encrypted, and readable to nobody else.',
    default: '(empty: the CA of the installation)',
    example: '/etc/letsencrypt/live/pki.example.com/privkey.pem',
  },
  {
    name: 'CHANCERY_TLS',
    meaning:
      '`proxy`: a trusted proxy in front ends TLS and speaks plain HTTP to CHANCERY_HTTP. There is no https listener then.',
    default: '(empty: this server does)',
    example: 'proxy',
  },
  {
    name: 'CHANCERY_TRUSTED_PROXIES',
    meaning:
      'Networks of the proxies whose X-Forwarded-For, -Host and -Proto are believed, with commas between. Limits by address count the client that these name: an IPv4 address, or the /64 network of an IPv6 one.',
    default: '(none)',
    example: '10.0.0.0/8, fd00::/8',
  },
  {
    name: 'CHANCERY_OUTBOUND_NETWORKS',
    meaning:
      'Networks of your own that the server may connect to for addresses that others name (issuer certificates, the web and TLS servers of ACME challenges), with commas between. Public ones it may always; for ACME challenges private ones too as long as nobody may register an account by himself; this machine and link-local addresses only when they stand here.',
    default: '(none)',
    example: '10.20.0.0/16, fd00::/8',
  },
  ...ACME_SETTINGS,
  {
    name: 'CHANCERY_DATA',
    meaning:
      'The data folder: the SQLite database, the master key and the socket of the command line. Made with mode 0700.',
    default: './data',
    example: '/var/lib/chancery',
  },
  {
    name: 'CHANCERY_DATABASE_URL',
    meaning: 'A PostgreSQL database, in place of SQLite in the data folder.',
    default: '(empty: SQLite)',
    example: 'postgres://chancery:secret@db.example.com/chancery',
  },
  {
    name: 'CHANCERY_MASTER_KEY_FILE',
    meaning:
      'The file of the master key, under which everything secret rests. Made (mode 0600) only for an empty database; otherwise it must be there.',
    default: '(master.key in the data folder)',
    example: '/run/secrets/chancery-master-key',
  },
  {
    name: 'CHANCERY_MASTER_KEY',
    meaning:
      'The master key itself, 32 octets in base64 or hexadecimal, in place of a file: for platforms that hand secrets over in the environment. A file is safer, because the environment of a process is shown more easily. docs/master-key.md says how such a key is rotated.',
    default: '(the file above)',
    example: 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=',
  },
  {
    name: 'CHANCERY_METRICS',
    meaning:
      'Where metrics are told in the format of Prometheus, at `/metrics`; `off`: nowhere. Without TLS and without a token: an address that others reach is yours to guard. The default address is given up, with a warning, when another program has it.',
    default: '127.0.0.1:9464',
    example: '10.0.0.5:9464',
  },
  ...MAIL_SETTINGS,
  ...SIGN_IN_SETTINGS,
  {
    name: 'CHANCERY_LOG_LEVEL',
    meaning:
      'How much is logged to standard error: `debug` tells each request of relying parties too, and why a host that an ACME challenge redirected to was not fetched.',
    default: 'info',
    example: 'warn',
  },
] as const satisfies readonly Setting[]

export type SettingName = (typeof SETTINGS)[number]['name']

/** What is wrong with variables that are named like settings and are none. */
export function unknownSettings(env: Readonly<Record<string, string | undefined>>): string[] {
  const names: readonly string[] = SETTINGS.map(({ name }) => name)
  return Object.keys(env)
    .filter((name) => name.startsWith('CHANCERY_') && !names.includes(name))
    .map((name) => {
      const near = didYouMean(name, names)
      const hint = near === undefined ? `There are: ${names.join(', ')}.` : `Did you mean ${near}?`
      return `${name} is not a setting. ${hint}`
    })
}
