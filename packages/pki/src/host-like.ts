import type { GeneralName } from '@chancery/x509'
import { normalizeDomain } from './domain-name.ts'
import { normalizeMailAddress } from './mail-address.ts'
import { normalizeIp } from './uri.ts'

/**
 * The host, IP address or mail address that software may take this text for, though it stands in a common name;
 * `undefined` for other text. A host has two labels at least, or is `localhost`: "Alice" is a person, "alice.example"
 * may be a server.
 */
export function nameInText(text: string): (GeneralName & { readonly type: 'dns' | 'ip' | 'email' }) | undefined {
  const trimmed = text.trim()
  const ip = normalizeIp(trimmed)
  if (ip !== undefined) return { type: 'ip', value: ip }
  if (trimmed.includes('@')) {
    const email = normalizeMailAddress(trimmed)
    return email === undefined ? undefined : { type: 'email', value: email }
  }
  const host = normalizeDomain(trimmed.replace(/\.$/, ''), 'wildcard')
  if (host === undefined) return undefined
  return host.includes('.') || host === 'localhost' ? { type: 'dns', value: host } : undefined
}
