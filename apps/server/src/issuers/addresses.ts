import type { IssuerAddresses } from '@chancery/pki'
import type { StoredIssuer } from './issuer-store.ts'

/** The http addresses of a generation's services, as they are written into what it signs (RFC 5280 §8). */
export function addressesOf(
  { authority, generation }: Pick<StoredIssuer, 'authority' | 'generation'>,
  publicUrl: string,
): IssuerAddresses & ServiceAddresses {
  const base = authority.settings.publicUrl ?? publicUrl
  return {
    crl: `${base}/crl/${generation.publicId}.crl`,
    deltaCrl: `${base}/crl/${generation.publicId}/delta.crl`,
    crlPartition: (partition) => `${base}/crl/${generation.publicId}/${partition}.crl`,
    ocsp: `${base}/ocsp/${generation.publicId}`,
    aia: `${base}/aia/${generation.publicId}.cer`,
    cps: `${base}/cps/${authority.publicId}`,
  }
}

/** Addresses that only some certificates and CRLs carry. */
export interface ServiceAddresses {
  readonly deltaCrl: string
  readonly crlPartition: (partition: number) => string
}
