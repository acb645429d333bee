import type { Issuer } from '@chancery/pki'
import type { OpenIssuer } from './issuers.ts'

/**
 * The issuer as the certificate with this serial sees it: a CA that spreads its certificates over CRL partitions writes the
 * partition's address into them. The serial is random, so the partitions fill evenly and none needs counting.
 */
export function partitioned(
  { issuer, stored }: OpenIssuer & { readonly issuer: Issuer },
  serialNumber: bigint,
): { readonly issuer: Issuer; readonly crlPartition: number } {
  const { partitions } = stored.authority.settings.crl
  if (partitions === undefined) return { issuer, crlPartition: 0 }
  const crlPartition = 1 + Number(serialNumber % BigInt(partitions))
  const crl = issuer.addresses.crl.replace(/\.crl$/, `/${crlPartition}.crl`)
  return { issuer: { ...issuer, addresses: { ...issuer.addresses, crl } }, crlPartition }
}
