import { readFileSync } from 'node:fs'
import { type MailTransport, smtpTransport } from './mail/smtp-transport.ts'
import { type Config, ConfigError } from './platform/config.ts'
import type { MailSettings } from './platform/mail-settings.ts'

const LARGEST_PASSWORD = 4_096

/**
 * What takes mails away, as the configuration says; nothing where it says nothing. The mail server is not asked: it may be away now.
 * Throws `ConfigError` when the password cannot be read.
 */
export function openMail({ mail, url }: Pick<Config, 'mail' | 'url'>): MailTransport | undefined {
  if (mail === undefined) return undefined
  const { host, port, security, from, user } = mail
  const password = passwordOf(mail)
  return smtpTransport({
    ...{ host, port, security, from },
    ownName: new URL(url).hostname.replace(/^\[|\]$/g, ''),
    ...(user !== undefined && password !== undefined && { credentials: { user, password } }),
  })
}

function passwordOf({ password, passwordFile }: MailSettings): string | undefined {
  if (passwordFile === undefined) return password?.()
  const text = reading(passwordFile).replace(/\r?\n$/, '')
  if (text !== '' && text.length <= LARGEST_PASSWORD && !/\p{Cc}/u.test(text)) return text
  throw new ConfigError(`CHANCERY_SMTP_PASSWORD_FILE names ${passwordFile}, which holds no password: one line is due.`)
}

function reading(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    throw new ConfigError(`CHANCERY_SMTP_PASSWORD_FILE names ${file}, which cannot be read (${code}).`, {
      cause: error,
    })
  }
}
