import {
  ACCESS_METHODS,
  AuthorityInfoAccess,
  CrlDistributionPoints,
  FreshestCrl,
  type GeneralName,
  parseIp,
} from '@chancery/x509'
import type { WebAddress } from '../lint-view.ts'
import { webAddressProblem } from '../uri.ts'
import { allGood, type Lint } from './lint-row.ts'

export const crlsAreOnTheWeb: Lint = {
  cites: 'RFC 5280 §4.2.1.13',
  requires: 'Each CRL distribution point has a full name that is an http address, and covers all reasons.',
  field: 'cRLDistributionPoints',
  check: ({ crls, addresses }) =>
    crls.every(({ distributionPoint, reasons, crlIssuer }) => {
      const names = distributionPoint !== undefined && 'fullName' in distributionPoint ? distributionPoint.fullName : []
      const isPlain = reasons === undefined && crlIssuer === undefined && names.length > 0
      return isPlain && names.every((name) => isWebAddress(name, addresses))
    }),
}

/** Nobody but the issuer signs CRLs here. */
export const crlsAreSignedByTheirCa: Lint = {
  cites: 'RFC 5280 §6.3.3',
  requires: 'The CA whose CRL is named has cRLSign: else relying parties reject the CRL, and many the certificate.',
  field: 'cRLDistributionPoints',
  severity: 'warning',
  check: ({ crls, issuer }) => crls.length === 0 || issuer.maySignCrls,
}

export const crlPointersAreNotCritical: Lint = {
  cites: 'RFC 5280 §4.2.1.13',
  requires: 'cRLDistributionPoints and freshestCRL are not critical.',
  field: 'cRLDistributionPoints',
  check: ({ extension }) =>
    allGood([CrlDistributionPoints, FreshestCrl], (type) =>
      extension(type)?.critical === true ? { field: type.name, detail: `${type.name} is.` } : undefined,
    ),
}

export const accessIsByTheWeb: Lint = {
  cites: 'RFC 5280 §4.2.2.1',
  requires: 'authorityInfoAccess has http addresses of OCSP responders and issuer certificates, and nothing else.',
  field: 'authorityInfoAccess',
  check: ({ access, addresses }) =>
    access.every(({ method, location }) => {
      const isKnown = method === ACCESS_METHODS.ocsp || method === ACCESS_METHODS.caIssuers
      return isKnown && isWebAddress(location, addresses)
    }),
}

export const accessIsNotCritical: Lint = {
  cites: 'RFC 5280 §4.2.2.1',
  requires: 'authorityInfoAccess is not critical.',
  field: 'authorityInfoAccess',
  check: ({ extension }) => extension(AuthorityInfoAccess)?.critical !== true,
}

/** Fetching over TLS means checking another certificate, which may lead back here. */
export const addressesAreNotHttps: Lint = {
  cites: 'RFC 5280 §8',
  requires: 'Addresses of CRLs, OCSP responders and issuers are http, not https: they would depend on themselves.',
  field: 'authorityInfoAccess',
  severity: 'warning',
  check: ({ addresses }) =>
    allGood(addresses, ({ text, uri, field }) =>
      uri?.scheme === 'https' ? { field, detail: `"${text.slice(0, 200)}" is not.` } : undefined,
    ),
}

export const addressesCanBeReached: Lint = {
  cites: 'Chancery',
  requires: 'Addresses in certificates can be reached from other machines.',
  field: 'authorityInfoAccess',
  severity: 'warning',
  check: ({ addresses }) => {
    const near = addresses.filter(({ uri }) => isLoopback(uri?.host ?? ''))
    const [first] = near
    if (first === undefined) return true
    const hosts = new Set(near.map(({ uri }) => uri?.host))
    return { field: first.field, detail: `"${[...hosts].join('", "')}" is this machine only. Set CHANCERY_PUBLIC_URL.` }
  },
}

export const rootNamesNoAddresses: Lint = {
  cites: 'Chancery',
  requires: 'A root names neither CRL nor OCSP responder nor issuer: nobody above it could revoke it.',
  field: 'authorityInfoAccess',
  severity: 'warning',
  check: ({ isSelfSigned, extension }) =>
    !isSelfSigned ||
    allGood([CrlDistributionPoints, AuthorityInfoAccess], (type) =>
      extension(type) === undefined ? undefined : { field: type.name, detail: `Leave ${type.name} out.` },
    ),
}

function isWebAddress(name: GeneralName, addresses: readonly WebAddress[]): boolean {
  const address = name.type === 'uri' ? addresses.find(({ text }) => text === name.value) : undefined
  return address !== undefined && webAddressProblem(address.text, address.uri) === undefined
}

function isLoopback(host: string): boolean {
  const ip = parseIp(host)
  if (ip?.length === 4) return ip[0] === 127
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1'
}
