// The architecture as data; scripts/architecture.mjs checks the source against it. docs/ARCHITECTURE.md says why.
// A module is a package, an application, or a folder of the server; `protocols/*` is each folder in protocols.

const packages = ['x509', 'pki', 'key-files', 'keys', 'agent-protocol', 'api']

/** What nearly every server module may use: bytes and decisions, which have no effects. */
const pure = ['x509', 'pki']

const services = [
  'server/enrollment',
  'server/issuers',
  'server/authorities',
  'server/service-certificates',
  'server/templates',
  'server/certificates',
  'server/revocation',
  'server/timestamping',
  'server/transparency',
  'server/accounts',
  'server/mail',
  'server/tenants',
  'server/audit',
  'server/acme-policies',
  'server/exchanges',
  'server/notices',
  'server/webhooks',
]

/** Which module may import which; what is not here is refused. */
export const MAY_IMPORT = {
  // Packages: no effects, or one port.
  x509: [],
  api: [],
  pki: ['x509'],
  // Files with keys are made in browsers, and opened there and on the server: by whatever cryptography is given.
  'key-files': ['x509'],
  keys: ['x509', 'key-files'],
  'agent-protocol': ['x509'],

  // Other applications.
  // Its pages for strangers make keys, and the files that these come down in.
  console: ['api', 'x509', 'key-files'],
  'hsm-agent': ['keys', 'agent-protocol', 'x509'],

  // The server: wire, then door, then path, then what they stand on.
  // `installation` for the type of a tenant's domain, which the API's routes are written for.
  // `restores` for what an operator is told of one.
  'server/protocols/*': [...services, 'server/platform', 'server/installation', 'server/restores', ...pure, 'api'],
  'server/authorities': [
    'server/certificates',
    'server/enrollment',
    'server/issuers',
    'server/revocation',
    'server/templates',
    'server/tenants',
    'server/audit',
    'keys',
    ...pure,
  ],
  'server/service-certificates': [
    'server/enrollment',
    'server/issuers',
    'server/revocation',
    'server/templates',
    'server/tenants',
    'server/audit',
    'keys',
    ...pure,
  ],
  // The CA of the installation itself is made as any root is, and its certificate as that of any service.
  'server/platform-ca': [
    'server/authorities',
    'server/service-certificates',
    'server/issuers',
    'server/tenants',
    'server/audit',
    'keys',
    ...pure,
  ],
  // Who asks, and who may claim, is told by mail, in the transaction of the act.
  // The holder of a certificate renews it: it is looked up in the register.
  'server/enrollment': [
    'server/certificates',
    'server/issuance',
    'server/issuers',
    'server/mail',
    'server/templates',
    'server/tenants',
    'server/audit',
    'keys',
    ...pure,
  ],
  'server/issuance': ['server/certificates', 'server/issuers', 'server/audit', 'keys', ...pure],
  'server/certificates': ['server/tenants', ...pure],
  'server/revocation': ['server/certificates', 'server/issuers', 'server/audit', 'keys', ...pure],
  'server/timestamping': ['server/issuers', 'server/audit', ...pure],
  'server/transparency': ['server/issuers', 'server/audit', ...pure],
  'server/issuers': ['server/tenants', 'keys', ...pure],
  'server/templates': ['server/issuers', 'server/tenants', 'server/audit', ...pure],
  // Who gets certificates by ACME: for the protocol, and for the API that manages it. The HMAC keys of its bindings are sealed (keys).
  'server/acme-policies': ['server/templates', 'server/tenants', 'server/audit', 'keys', ...pure],
  // What protocols note of their exchanges.
  'server/exchanges': ['server/tenants'],
  // What is told of certificates, and to whom: letters, in the look of all.
  'server/notices': ['server/mail', 'server/audit', ...pure],
  // What webhooks are told is taken from whom it is about; their secrets are sealed (keys).
  'server/webhooks': [
    'server/accounts',
    'server/certificates',
    'server/enrollment',
    'server/mail',
    'server/tenants',
    'server/audit',
    'keys',
    ...pure,
  ],
  'server/tenants': ['server/audit', ...pure],
  // An invitation and a new password go out as letters, in the transaction of the act.
  'server/accounts': ['server/audit', 'server/mail', 'server/tenants', ...pure],
  // What letters say is sealed until they have left.
  'server/mail': ['server/audit', 'server/tenants', 'keys', 'pki'],
  // It signs its heads with a key that derives from the master key.
  'server/audit': ['server/tenants', 'keys', ...pure],
  // The end of a rotation retires the key that signed the audit.
  'server/master-keys': ['server/audit', 'keys', 'pki'],

  // better-auth behind our ports, and the routes beside its endpoints. A room of its own, so that what that library asks of its
  // storage meets our words in one place: it seals secrets (keys) and mounts routes (platform).
  'server/sign-in': ['server/accounts', 'server/audit', 'server/mail', 'server/platform', 'keys', 'api', ...pure],

  // Adapters: they implement the ports of others, and only what composes the server knows them. The store also fills
  // the outbox, whose port is publishing's.
  'server/store': [
    ...services,
    'server/issuance',
    'server/master-keys',
    'server/protocols/*',
    'server/publishing',
    'server/restores',
    'server/metrics',
    ...packages,
  ],
  // It hears what the domain and the ground for routes tell: their types, no more. The store implements its look at the whole.
  'server/metrics': ['server/issuance', 'server/issuers', 'server/revocation', 'server/platform'],
  'server/publishing': [...services, 'server/issuance', ...packages],
  // The ground for routes: it knows who calls (accounts) and what a call leaves behind (audit), and no other part of the domain.
  'server/platform': ['server/accounts', 'server/audit', ...packages],

  // The files of the web application, which is no module of the server: it is read as it was built.
  'server/console': ['server/platform', 'pki'],

  // Saves and puts back what the store keeps, for the command line alone; no part of the domain takes part in it.
  // A restore signs what end of the audit it cut off.
  'server/backup': ['server/store', 'server/restores', 'server/audit', 'keys'],
  // Facts and words of a restore: the command line, which prints them, and the API, which shows them, have them from here.
  'server/restores': [],

  // What composes the server may import anything of it.
  'server/commands': ['*'],
  'server/demo': ['*'],
  'server/installation': ['*'],
  'server/rounds': ['*'],
  'server/open-chancery': ['*'],
  'server/serve-chancery': ['*'],
  'server/mount-everything': ['*'],
  'server/open-tls': ['*'],
  'server/open-mail': ['*'],
  'server/open-acme': ['*'],
  // What passes by itself, whichever room says so.
  'server/may-be-tried-again': ['server/master-keys', 'server/platform', 'server/store'],
  'server/open-notices': ['*'],
  'server/open-webhooks': ['*'],
  'server/main': ['*'],
}

/** Modules without effects: no Node, no clock, no chance, no globals of a platform; and these npm packages only. */
export const WITHOUT_EFFECTS = { x509: [], pki: [], api: ['typebox'] }

/** Each is looked for in the code of the modules above, outside comments and strings. */
export const EFFECTS = [
  ['the clock', /\bDate\s*\.\s*now\b|\bnew\s+Date\s*(?:\(\s*\)|(?![\s(]))|(?<![.\w$])performance\s*\./],
  ['chance', /\bMath\s*\.\s*random\b|(?<![.\w$])crypto\s*\./],
  ['timers', /(?<![.\w$])(?:setTimeout|setInterval|setImmediate)\s*\(/],
  ['the network', /(?<![.\w$])(?:fetch\s*\(|XMLHttpRequest\b|WebSocket\b)/],
  ['the process', /(?<![.\w$])process\s*[.[]/],
  ['the console', /(?<![.\w$])console\s*\./],
  ['a global of Node (browsers have none)', /(?<![.\w$])(?:Buffer\b|__dirname\b|require\s*\()/],
  ['the global object', /(?<![.\w$])globalThis\b/],
]

/** A file or folder is named for what it holds; these hold anything. */
export const EMPTY_NAMES =
  /^(?:utils?|helpers?|types?|common|misc|shared|manager|service)$|-(?:utils?|helpers?|service|manager)$/
