import type { SubjectAltNameText, SubjectAttribute } from '@chancery/pki'
import {
  addressOf,
  COMPANY,
  DEVICES,
  FIRST_NAMES,
  INTERNAL_HOSTS,
  LAST_NAMES,
  MESH_SERVICES,
  type Program,
  SITES,
  type TemplateName,
  WEB_HOSTS,
} from './company.ts'

/** A host, a person or a device of the company, that is issued one certificate after the other. */
export interface Holder {
  readonly template: TemplateName
  readonly subject: readonly SubjectAttribute[]
  readonly names: readonly SubjectAltNameText[]
  /** By which way it asks: a program at once, or somebody who leaves a request. */
  readonly way: Program | 'request'
}

/** A kind of holder, and of how many in a hundred holders it is. */
interface HolderKind {
  readonly share: number
  /** The holder of this number, from 0 on: never the same twice. */
  readonly make: (number: number) => Holder
}

const { domain } = COMPANY

export const HOLDER_KINDS: readonly HolderKind[] = [
  { share: 4, make: (number) => host('mesh', `${numbered(MESH_SERVICES, number)}.mesh.${domain}`, 'mesh-controller') },
  { share: 12, make: (number) => host('internal', `${placed(INTERNAL_HOSTS, number)}.${domain}`, 'ansible') },
  { share: 9, make: (number) => web(`${placed(WEB_HOSTS, number)}.${domain}`, number) },
  { share: 6, make: (number) => host('database', `${databaseName(number)}.db.${domain}`, 'ansible') },
  { share: 2, make: (number) => host('gateway', `vpn-${placed(SITES, number)}.${domain}`, 'request') },
  { share: 18, make: (number) => person('sign-in', number, 'device-manager') },
  { share: 14, make: (number) => person('mail', number, 'request') },
  { share: 12, make: (number) => person('vpn', number, 'device-manager') },
  { share: 21, make: device },
  { share: 1, make: (number) => signer('code', `Firmware ${numberOf(number)}`) },
  { share: 1, make: (number) => signer('document', `Calibration Laboratory ${numberOf(number)}`) },
]

function host(template: TemplateName, name: string, way: Holder['way']): Holder {
  return { template, subject: [{ type: 'commonName', value: name }], names: [{ type: 'dns', value: name }], way }
}

/** Some are known by a second name; people ask for every fourth by hand. */
function web(name: string, number: number): Holder {
  const made = host('web', name, number % 4 === 0 ? 'request' : 'ansible')
  const second = name.startsWith('www.') ? name.slice(4) : `www.${name}`
  return number % 3 === 0 ? { ...made, names: [...made.names, { type: 'dns', value: second }] } : made
}

function person(template: TemplateName, number: number, way: Holder['way']): Holder {
  const first = at(FIRST_NAMES, number)
  const last = at(LAST_NAMES, number)
  const round = Math.floor(number / (FIRST_NAMES.length * LAST_NAMES.length))
  const email = addressOf(`${plain(first)} ${plain(last)}${round === 0 ? '' : round + 1}`)
  return {
    template,
    subject: [{ type: 'commonName', value: `${first} ${last}` }],
    names: [{ type: 'email', value: email }],
    way,
  }
}

function device(number: number): Holder {
  const name = `${at(DEVICES, number)}-${String(number * 37 + 1021).padStart(5, '0')}`
  return {
    template: 'device',
    subject: [{ type: 'commonName', value: name }],
    names: [{ type: 'dns', value: `${name}.devices.${domain}` }],
    way: 'device-manager',
  }
}

function signer(template: TemplateName, name: string): Holder {
  const subject = [
    { type: 'organizationName', value: COMPANY.name },
    { type: 'commonName', value: name },
  ]
  return { template, subject, names: [], way: 'request' }
}

/** Each name once without a site, then at each site, then numbered at each site. */
function placed(names: readonly string[], number: number): string {
  const round = Math.floor(number / names.length)
  const name = at(names, number)
  if (round === 0) return name
  const count = Math.floor((round - 1) / SITES.length)
  return `${name}${count === 0 ? '' : `-${count + 1}`}.${at(SITES, round - 1)}`
}

function numbered(names: readonly string[], number: number): string {
  return `${at(names, number)}-${Math.floor(number / names.length) + 1}`
}

function databaseName(number: number): string {
  return numbered(['pg-orders', 'pg-stock', 'pg-identity', 'redis', 'pg-reports'], number)
}

function numberOf(number: number): string {
  return String(number + 1).padStart(2, '0')
}

/** Letters without their accents, as addresses are written. */
function plain(name: string): string {
  return name.normalize('NFD').replaceAll(/\p{Mark}/gu, '')
}

function at(names: readonly string[], number: number): string {
  return names[number % names.length] ?? ''
}
