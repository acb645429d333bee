import type { OpenIssuer } from '../issuers/issuers.ts'
import type { PublishedCrl } from './crl-store.ts'

const SECOND = 1000
const HOUR = 3_600_000
const DAY = 24 * HOUR

/** How long a CRL of this CA is valid, by its kind unless its settings say otherwise. `onlyAuthorities`: it certifies CAs alone. */
export function crlValidityMs({ stored }: OpenIssuer, onlyAuthorities: boolean): number {
  const { validityHours } = stored.authority.settings.crl
  if (validityHours !== undefined) return validityHours * HOUR
  return onlyAuthorities ? 180 * DAY : 7 * DAY
}

/** A delta is valid as long as the complete CRL that it starts from may be seen: a day at most. */
export function deltaValidityMs(complete: number): number {
  return Math.min(DAY, complete)
}

/** A CRL is renewed at half its life. */
export function renewalAt({ thisUpdate, nextUpdate }: PublishedCrl): number {
  return thisUpdate + Math.floor((nextUpdate - thisUpdate) / 2)
}

/**
 * Whether the whole CRL says where its deltas are. A delta is made after each one that does, with a larger number
 * (docs/divergences/crl.md); one without was made while there were none.
 */
export function hasDelta(whole: PublishedCrl | undefined, delta: PublishedCrl | undefined): boolean {
  return whole !== undefined && delta !== undefined && delta.number > whole.number
}

/** The soonest that a revocation may make the next CRL: 10 seconds after this one, a minute when it is large. */
export function soonestAfter({ thisUpdate, entries }: PublishedCrl): number {
  return thisUpdate + (entries > 100_000 ? 60 : 10) * SECOND
}

/** A generation signs CRLs for as long as it has a key here and a certificate that has not expired, and its CA was not deleted. */
export function signsCrls(open: OpenIssuer, now: number): boolean {
  return open.stored.authority.status !== 'deleted' && canSignCrl(open, now)
}

/** The same of a deleted CA as well, which makes one last CRL. */
export function canSignCrl({ issuer, stored }: OpenIssuer, now: number): boolean {
  return issuer !== undefined && stored.sealedKey !== undefined && now <= issuer.certificate.notAfter
}
