import type { CertificateTable } from './schema.ts'
import type { Trx } from './store-context.ts'

/** In place of a tenant: nobody in the installation certifies the key again. */
export const EVERYBODY = ''

/**
 * Whether somebody proved to hold the private key when this was issued. What an import brings says only what its importer wrote:
 * perhaps that the key of somebody else is compromised.
 */
export function wasProven({ evidence }: Pick<CertificateTable, 'evidence'>): boolean {
  return evidence !== null
}

/** From now on this tenant, or `EVERYBODY`, certifies the key no more. */
export function rememberCompromised(
  trx: Trx,
  publicKeyHash: Uint8Array,
  since: number,
  tenant: string,
): Promise<unknown> {
  return trx
    .insertInto('compromised_key')
    .values({ public_key_hash: publicKeyHash, tenant, since })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
