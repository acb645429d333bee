import { isIP } from 'node:net'

/** Whether browsers take passkeys from this server, and if not, why. */
export interface Passkeys {
  readonly available: boolean
  readonly why: string
}

/**
 * W3C Web Authentication §5.1.2: a passkey belongs to a domain, in a secure context. `CHANCERY_URL` is https, or this machine by its
 * name; what is left is an address in place of a name. Whether a browser trusts the certificate, only the browser knows.
 */
export function passkeysAt(url: string): Passkeys {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) === 0) return { available: true, why: '' }
  return {
    available: false,
    why: `Passkeys belong to a name, and this server is known by an address (${host}): set CHANCERY_URL to a host name.`,
  }
}
