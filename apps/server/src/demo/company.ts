import type { Duration, EnrollmentOptions } from '@chancery/pki'
import type { KeyType } from '@chancery/x509'
import type { Role } from '../accounts/roles.ts'

/** A company that does not exist: `.example` is nobody's (RFC 2606 §2). */
export const COMPANY = { name: 'Brightwater Instruments', domain: 'brightwater.example' } as const

export type CaName = 'root' | 'servers' | 'people'

/** Its CAs. The one for people ends in a few months: somebody has to renew it. */
export const AUTHORITIES = {
  root: { name: 'Brightwater Root CA', keyType: 'ecdsa-p384', years: 20 },
  servers: { name: 'Brightwater Server CA', keyType: 'ecdsa-p256', years: 8 },
  people: { name: 'Brightwater People and Devices CA', keyType: 'ecdsa-p256', years: 3.75 },
} as const satisfies Record<CaName, { readonly name: string; readonly keyType: KeyType; readonly years: number }>

/** Somebody who works with the installation. `for`: a role for one CA alone. */
export interface DemoMember {
  readonly name: string
  readonly role: Role
  readonly for?: CaName
}

/** A member of each role. The first made the installation. */
export const MEMBERS = [
  { name: 'Maren Vogt', role: 'owner' },
  { name: 'Jonas Lindqvist', role: 'administrator' },
  { name: 'Priya Raman', role: 'officer' },
  { name: 'Daniel Okafor', role: 'officer', for: 'people' },
  { name: 'Elena Rossi', role: 'auditor' },
] as const satisfies readonly DemoMember[]

export function addressOf(name: string): string {
  return `${name.toLowerCase().replaceAll(' ', '.')}@${COMPANY.domain}`
}

/** Programs that ask at once, by a token of the administrator. */
export const PROGRAMS = ['ansible', 'mesh-controller', 'device-manager'] as const
export type Program = (typeof PROGRAMS)[number]

/** A template: a starter under a name of the company's own. */
export interface DemoTemplate {
  readonly authority: CaName
  readonly name: string
  readonly starter: string
  readonly description: string
  readonly validity: Duration
  /** Which domains it certifies. */
  readonly hosts?: readonly string[]
  /** How people come to it beside officers and programs. */
  readonly enrollment?: EnrollmentOptions
}

/** People ask on a public page, and renew by the certificate that they have. */
const FOR_PEOPLE: EnrollmentOptions = {
  publicRequests: true,
  renewal: { withinDays: 30, copyNames: true, revokeOld: false },
}

export const TEMPLATES = {
  'certificate-authority': {
    authority: 'root',
    name: 'Certificate Authority',
    starter: 'Certificate Authority',
    description: 'CAs below the root. Two administrators look at each request.',
    validity: { days: 1826 },
  },
  web: {
    authority: 'servers',
    name: 'Web Server',
    starter: 'Web Server',
    description: 'Everything that a browser visits.',
    validity: { days: 397 },
    hosts: [COMPANY.domain, `**.${COMPANY.domain}`],
  },
  internal: {
    authority: 'servers',
    name: 'Internal Service',
    starter: 'Web Server',
    description: 'Hosts of the sites, renewed by Ansible.',
    validity: { days: 90 },
    hosts: [`**.${COMPANY.domain}`],
  },
  mesh: {
    authority: 'servers',
    name: 'Service Mesh',
    starter: 'Web Server and Client',
    description: 'Services that call each other. Short, because they renew themselves.',
    validity: { days: 30 },
    hosts: [`**.mesh.${COMPANY.domain}`],
  },
  database: {
    authority: 'servers',
    name: 'Database Server',
    starter: 'Web Server',
    description: 'PostgreSQL and Redis.',
    validity: { days: 180 },
    hosts: [`**.db.${COMPANY.domain}`],
  },
  gateway: {
    authority: 'servers',
    name: 'VPN Gateway',
    starter: 'OpenVPN Server',
    description: 'OpenVPN at each site.',
    validity: { days: 365 },
  },
  'sign-in': {
    authority: 'people',
    name: 'Employee Sign-in',
    starter: 'Client Authentication',
    description: 'Smart cards and browsers of employees.',
    validity: { days: 365 },
    enrollment: FOR_PEOPLE,
  },
  mail: {
    authority: 'people',
    name: 'Mail (S/MIME)',
    starter: 'S/MIME',
    description: 'Signed and encrypted mail.',
    validity: { days: 365 },
    enrollment: FOR_PEOPLE,
  },
  vpn: {
    authority: 'people',
    name: 'VPN Client',
    starter: 'OpenVPN Client',
    description: 'Laptops on the road.',
    validity: { days: 180 },
  },
  device: {
    authority: 'people',
    name: 'Wi-Fi Device',
    starter: 'Client Authentication',
    description: 'Scanners, printers and instruments on the company network.',
    validity: { days: 365 },
  },
  code: {
    authority: 'people',
    name: 'Code Signing',
    starter: 'Code Signing',
    description: 'Releases of the instrument firmware.',
    validity: { days: 365 },
  },
  document: {
    authority: 'people',
    name: 'Document Signing',
    starter: 'Document Signing',
    description: 'Calibration certificates as PDF.',
    validity: { days: 730 },
  },
} as const satisfies Readonly<Record<string, DemoTemplate>>

export type TemplateName = keyof typeof TEMPLATES

export const SITES = ['ber', 'lyo', 'sto', 'tor', 'nag'] as const
export const WEB_HOSTS = [
  ...['www', 'shop', 'api', 'docs', 'status', 'support', 'mail', 'autodiscover', 'git', 'careers', 'login', 'partners'],
  ...[
    'calibration',
    'spares',
    'training',
    'press',
    'cdn',
    'downloads',
    'tickets',
    'wiki',
    'crm',
    'erp',
    'hr',
    'travel',
  ],
] as const
export const INTERNAL_HOSTS = [
  ...[
    'grafana',
    'prometheus',
    'vault',
    'registry',
    'ci',
    'artifacts',
    'files',
    'print',
    'backup',
    'syslog',
    'ntp',
    'dns',
  ],
  ...[
    'camera',
    'door',
    'badge',
    'hypervisor',
    'storage',
    'switch',
    'router',
    'proxy',
    'mqtt',
    'historian',
    'scada',
    'lims',
  ],
] as const
export const MESH_SERVICES = [
  ...['orders', 'stock', 'billing', 'pricing', 'identity', 'search', 'mailer', 'reports', 'telemetry', 'firmware'],
] as const
export const FIRST_NAMES = [
  ...['Amina', 'Ben', 'Chloé', 'Dmitri', 'Esra', 'Felix', 'Grace', 'Hiro', 'Ines', 'Jakub', 'Katja', 'Liam', 'Mei'],
  ...['Nadia', 'Oskar', 'Paula', 'Quentin', 'Rosa', 'Sven', 'Tara', 'Umar', 'Vera', 'Wim', 'Ximena', 'Yusuf', 'Zoë'],
] as const
export const LAST_NAMES = [
  ...['Almeida', 'Bauer', 'Chen', 'Dubois', 'Eriksson', 'Ferrari', 'Gupta', 'Haddad', 'Ito', 'Jansen', 'Kowalski'],
  ...['Lefèvre', 'Müller', 'Novak', 'Olsen', 'Petrov', 'Quinn', 'Rossi', 'Sato', 'Tanaka', 'Ueda', 'Vega', 'Weber'],
] as const
export const DEVICES = ['scanner', 'printer', 'balance', 'spectrometer', 'tablet', 'gauge'] as const
