import { Refusal } from '@chancery/pki'
import type { CertificateTable } from './schema.ts'
import type { Db, Trx } from './store-context.ts'

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

/** Throws `Refusal` 'bad-key' when this tenant, or everybody, certifies the key no more. */
export async function refuseCompromised(db: Db, publicKeyHash: Uint8Array, tenant: string): Promise<void> {
  const found = await db
    .selectFrom('compromised_key')
    .select('since')
    .where('public_key_hash', '=', publicKeyHash)
    .where('tenant', 'in', [EVERYBODY, tenant])
    .executeTakeFirst()
  if (found === undefined) return
  throw new Refusal('bad-key', 'This key was reported as compromised and is not certified again: make a new one.')
}
