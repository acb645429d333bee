import { resolve } from 'node:path'
import { isLoopback, type Setting, SettingError } from './settings.ts'

/** An outside provider by which people may sign in, as the operator configured it. */
export interface SignInProvider {
  /** Stands in the address that the provider leads back to: `/api/auth/callback/<id>`. */
  readonly id: string
  /** As the page of sign-in shows it. */
  readonly name: string
  /** OpenID Connect, or what GitHub speaks: OAuth 2 and an API of its own. */
  readonly protocol: 'oidc' | 'github'
  /** Whose subjects its identities are: the issuer of OpenID Connect Discovery §3; for GitHub its address. */
  readonly issuer: string
  readonly clientId: string
  /** The text itself, or the file (absolute path) that holds it. */
  readonly secret: { readonly text: string } | { readonly file: string }
}

/** The settings of sign-in, as the documentation lists them. */
export const SIGN_IN_SETTINGS = [
  {
    name: 'CHANCERY_SIGN_IN_GOOGLE',
    meaning:
      'Lets people sign in with Google. The provider is told to lead back to /api/auth/callback/google at CHANCERY_URL. The secret may stand here as `secret=…` in place of a file.',
    default: '(not offered)',
    example: 'client-id=1234.apps.googleusercontent.com, secret-file=/run/secrets/google',
  },
  {
    name: 'CHANCERY_SIGN_IN_MICROSOFT',
    meaning:
      'Lets people of one Microsoft Entra directory sign in; `tenant` is its directory id. Leads back to /api/auth/callback/microsoft.',
    default: '(not offered)',
    example: 'tenant=8f6f2c1e-0b57-4d6c-9d38-0d1f3f6d0c11, client-id=…, secret-file=/run/secrets/microsoft',
  },
  {
    name: 'CHANCERY_SIGN_IN_GITHUB',
    meaning:
      'Lets people sign in with GitHub (OAuth 2), or with an Enterprise Server at `url`. Leads back to /api/auth/callback/github.',
    default: '(not offered)',
    example: 'client-id=…, secret-file=/run/secrets/github',
  },
  {
    name: 'CHANCERY_SIGN_IN_OIDC',
    meaning:
      'Other providers of OpenID Connect, with semicolons between. Each has an `id` that stands in the address it leads back to, /api/auth/callback/<id>; `issuer` is written exactly as the provider writes it, `name` is what people see.',
    default: '(none)',
    example:
      'id=corp, name=Example Corp, issuer=https://login.example.com, client-id=chancery, secret-file=/run/secrets/corp',
  },
] as const satisfies readonly Setting[]

const GOOGLE = 'https://accounts.google.com'
const MICROSOFT = 'https://login.microsoftonline.com'
const GITHUB = 'https://github.com'
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function parseGoogle(value: string): SignInProvider {
  const fields = fieldsOf(value, ['client-id', 'secret', 'secret-file'])
  return { id: 'google', name: 'Google', protocol: 'oidc', issuer: GOOGLE, ...clientOf(fields) }
}

export function parseMicrosoft(value: string): SignInProvider {
  const fields = fieldsOf(value, ['tenant', 'client-id', 'secret', 'secret-file'])
  const tenant = needed(fields, 'tenant').toLowerCase()
  // Its documents for "common" name no issuer that a token could be checked against.
  if (!GUID.test(tenant)) throw new SettingError('has a tenant that is not its directory id, e.g. 0f8c…-…-…-…-…')
  const issuer = `${MICROSOFT}/${tenant}/v2.0`
  return { id: 'microsoft', name: 'Microsoft', protocol: 'oidc', issuer, ...clientOf(fields) }
}

export function parseGithub(value: string): SignInProvider {
  const fields = fieldsOf(value, ['url', 'client-id', 'secret', 'secret-file'])
  const issuer = originOf(fields.get('url') ?? GITHUB, 'url').replace(/\/$/, '')
  return { id: 'github', name: 'GitHub', protocol: 'github', issuer, ...clientOf(fields) }
}

/** Several providers of OpenID Connect, with semicolons between. */
export function parseOidc(value: string): readonly SignInProvider[] {
  const providers = value
    .split(';')
    .filter((one) => one.trim() !== '')
    .map(oneOidc)
  const ids = providers.map(({ id }) => id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) throw new SettingError(`names ${twice} twice`)
  for (const [index, { id, issuer }] of providers.entries()) {
    // An identity is an issuer's: it would be known by the first of them alone.
    const first = providers.slice(0, index).find((other) => other.issuer === issuer)
    if (first !== undefined) throw new SettingError(`names the issuer of ${first.id} twice, as ${id}`)
  }
  return providers
}

function oneOidc(value: string): SignInProvider {
  const fields = fieldsOf(value, ['id', 'name', 'issuer', 'client-id', 'secret', 'secret-file'])
  const id = needed(fields, 'id')
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(id) || ['google', 'microsoft', 'github', 'credential'].includes(id)) {
    throw new SettingError(
      `has an id "${id}": take small letters, digits and hyphens, and none of the other providers'`,
    )
  }
  const issuer = originOf(needed(fields, 'issuer'), 'issuer')
  return { id, name: fields.get('name') ?? id, protocol: 'oidc', issuer, ...clientOf(fields) }
}

function clientOf(fields: ReadonlyMap<string, string>): Pick<SignInProvider, 'clientId' | 'secret'> {
  const text = fields.get('secret')
  const file = fields.get('secret-file')
  if ((text === undefined) === (file === undefined)) throw new SettingError('needs either secret-file or secret')
  const secret = file === undefined ? { text: text ?? '' } : { file: resolve(file) }
  return { clientId: needed(fields, 'client-id'), secret }
}

/** `name=value, name=value`. What is wrong is named, values are not quoted: one is a secret. */
function fieldsOf(value: string, names: readonly string[]): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const part of value.split(',')) {
    const mark = part.indexOf('=')
    const name = part.slice(0, Math.max(mark, 0)).trim()
    const text = part.slice(mark + 1).trim()
    if (!names.includes(name) || text === '') throw new SettingError(`has to be ${form(names)}`)
    if (fields.has(name)) throw new SettingError(`names ${name} twice`)
    fields.set(name, text)
  }
  return fields
}

function form(names: readonly string[]): string {
  return `fields with commas between: ${names.map((name) => `${name}=…`).join(', ')} (secret-file or secret)`
}

function needed(fields: ReadonlyMap<string, string>, name: string): string {
  const value = fields.get(name)
  if (value === undefined) throw new SettingError(`has no ${name}=…`)
  return value
}

function originOf(text: string, name: string): string {
  if (!URL.canParse(text)) throw new SettingError(`has an ${name} that is no address`)
  const url = new URL(text)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.origin))) {
    throw new SettingError(`has an ${name} that is not https`)
  }
  if (url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new SettingError(`has an ${name} with more than a host and a path`)
  }
  return text
}
