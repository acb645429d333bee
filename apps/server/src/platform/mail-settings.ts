import { isIP } from 'node:net'
import { isLoopback, type Setting, SettingError } from './settings.ts'

/** The settings of mail, as the documentation lists them. */
export const MAIL_SETTINGS = [
  {
    name: 'CHANCERY_SMTP_URL',
    meaning:
      'The mail server that takes what Chancery sends (invitations, new passwords, claims, notices). `smtp://` asks for STARTTLS, and sends nothing without it; `?starttls=optional` sends without, to a server that needs no password; on this machine that is the default. `smtps://` speaks TLS from the first octet. Certificates are checked (NODE_EXTRA_CA_CERTS adds a CA of your own). docs/mail.md says what happens without a mail server.',
    default: '(empty: mail waits in the outbox, and links are shown once to who causes them)',
    example: 'smtp://chancery@mail.example.com:587',
  },
  {
    name: 'CHANCERY_SMTP_PASSWORD_FILE',
    meaning: 'The password for the user in CHANCERY_SMTP_URL, which may hold it instead: `smtp://user:password@…`.',
    default: '(none)',
    example: '/run/secrets/chancery-smtp',
  },
  {
    name: 'CHANCERY_MAIL_FROM',
    meaning: 'Whom mails come from: an address, with a name if you like. Needed beside CHANCERY_SMTP_URL.',
    default: '(none)',
    example: 'Example PKI <pki@example.com>',
  },
] as const satisfies readonly Setting[]

/** How mail leaves, as the operator configured it. Holds a secret: never logged. */
export interface MailSettings extends SmtpUrl {
  /** Whom mails come from. */
  readonly from: MailFrom
  /** The file (absolute path) that holds the password. */
  readonly passwordFile?: string
}

export interface MailFrom {
  /** Empty when there is none. */
  readonly name: string
  readonly address: string
}

/** What `CHANCERY_SMTP_URL` says. */
export interface SmtpUrl {
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls' | 'opportunistic'
  readonly user?: string
  /** A function, so that nothing prints it. */
  readonly password?: () => string
}

const FORM = 'has to look like smtp://user:password@mail.example.com:587 or smtps://…:465'
const WORDS = ['required', 'optional'] as const

/** `smtp://` asks for STARTTLS, unless the server is this machine; `smtps://` speaks TLS from the first octet. No value is quoted. */
export function parseSmtpUrl(value: string): SmtpUrl {
  if (!URL.canParse(value)) throw new SettingError(FORM)
  const url = new URL(value)
  const isTls = url.protocol === 'smtps:'
  if (!isTls && url.protocol !== 'smtp:') throw new SettingError(FORM)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (host === '' || (isIP(host) === 0 && !/^[A-Za-z0-9.-]+$/.test(host))) throw new SettingError(FORM)
  if ((url.pathname !== '' && url.pathname !== '/') || url.hash !== '')
    throw new SettingError(`${FORM}, without a path`)
  const security = isTls ? 'tls' : startTlsOf(url, host)
  checkQuery(url, isTls)
  const [user, password] = [decoded(url.username), decoded(url.password)]
  if (user === '' && password !== '') throw new SettingError('has a password without a user name')
  if (user !== '' && security === 'opportunistic' && !isHere(host)) {
    throw new SettingError('would send the password where TLS may be missing: leave starttls=optional out')
  }
  return {
    host,
    port: url.port === '' ? (isTls ? 465 : 587) : Number(url.port),
    security,
    ...(user !== '' && { user }),
    ...(password !== '' && { password: () => password }),
  }
}

function startTlsOf(url: URL, host: string): 'starttls' | 'opportunistic' {
  const word = url.searchParams.get('starttls') ?? (isHere(host) ? 'optional' : 'required')
  if (!WORDS.some((one) => one === word)) throw new SettingError('has a starttls that is neither required nor optional')
  return word === 'required' ? 'starttls' : 'opportunistic'
}

function checkQuery({ searchParams }: URL, isTls: boolean): void {
  for (const name of searchParams.keys()) {
    if (name !== 'starttls') throw new SettingError('has a query with something else than starttls=…')
    if (isTls) throw new SettingError('has starttls=… beside smtps, which speaks TLS from the first octet')
  }
}

function isHere(host: string): boolean {
  return isLoopback(`http://${isIP(host) === 6 ? `[${host}]` : host}`)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new SettingError('has a user name or password with a % that begins no code: write %25')
  }
}

const ADDRESS = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/

/** `pki@example.com`, or `Example PKI <pki@example.com>`. */
export function parseMailFrom(value: string): MailFrom {
  const [, name = '', bracketed] = /^([^<>"\p{Cc}]*)<([^<>]*)>$/u.exec(value) ?? []
  const address = (bracketed ?? value).trim()
  if (!ADDRESS.test(address))
    throw new SettingError('has to look like pki@example.com or Example PKI <pki@example.com>')
  return { name: name.trim(), address }
}

/** What is said of mail, as far as it could be read. */
export interface MailParts {
  readonly smtp: SmtpUrl | undefined
  readonly from: MailFrom | undefined
  readonly passwordFile: string | undefined
}

/** A sentence for each variable of mail that cannot stand as it does. */
function contradictions({ smtp, from, passwordFile }: MailParts): readonly string[] {
  const idle = 'has no use without CHANCERY_SMTP_URL: set that too, or leave it out'
  if (smtp === undefined) {
    return [
      ...(from === undefined ? [] : [`CHANCERY_MAIL_FROM ${idle}.`]),
      ...(passwordFile === undefined ? [] : [`CHANCERY_SMTP_PASSWORD_FILE ${idle}.`]),
    ]
  }
  const errors: string[] = []
  if (from === undefined) errors.push('CHANCERY_MAIL_FROM is needed beside CHANCERY_SMTP_URL: whom mails come from.')
  if (passwordFile !== undefined && smtp.password !== undefined) {
    errors.push('CHANCERY_SMTP_PASSWORD_FILE and the password in CHANCERY_SMTP_URL are both there: keep one of them.')
  }
  if (passwordFile !== undefined && smtp.user === undefined) {
    errors.push('CHANCERY_SMTP_PASSWORD_FILE needs the user name in CHANCERY_SMTP_URL: smtp://user@host.')
  }
  if (smtp.user !== undefined && smtp.password === undefined && passwordFile === undefined) {
    errors.push('CHANCERY_SMTP_URL has a user name without a password: add it, or name CHANCERY_SMTP_PASSWORD_FILE.')
  }
  return errors
}

/** All of it together; absent where no mail leaves. What cannot stand as it does is added to the errors. */
export function mailSettings(parts: MailParts, errors: string[]): MailSettings | undefined {
  // What could not be read is not missing.
  if (!errors.some((error) => /^CHANCERY_(SMTP|MAIL)_/.test(error))) errors.push(...contradictions(parts))
  const { smtp, from, passwordFile } = parts
  if (smtp === undefined || from === undefined) return undefined
  return { ...smtp, from, ...(passwordFile !== undefined && { passwordFile }) }
}
