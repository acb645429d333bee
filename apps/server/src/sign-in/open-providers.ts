import { readFileSync } from 'node:fs'
import { ConfigError } from '../platform/config.ts'
import type { SignInProvider } from '../platform/sign-in-settings.ts'
import type { OpenedProvider } from './provider-config.ts'

const LARGEST_SECRET = 4_096
const PRESETS = ['google', 'microsoft', 'github']

/** Reads the secrets of providers that are in files. Throws `ConfigError`, which names the variable and the file. */
export function openProviders(providers: readonly SignInProvider[]): readonly OpenedProvider[] {
  return providers.map((provider) => ({ ...provider, clientSecret: secretOf(provider) }))
}

function secretOf({ id, secret }: SignInProvider): string {
  if ('text' in secret) return secret.text
  const variable = `CHANCERY_SIGN_IN_${PRESETS.includes(id) ? id.toUpperCase() : 'OIDC'}`
  const text = reading(secret.file, variable).trim()
  if (text === '' || text.length > LARGEST_SECRET || /\s/.test(text)) {
    throw new ConfigError(`${variable} names the secret-file ${secret.file}, which holds no secret: one word is due.`)
  }
  return text
}

function reading(file: string, variable: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    throw new ConfigError(`${variable} names the secret-file ${file}, which cannot be read (${code}).`, {
      cause: error,
    })
  }
}
