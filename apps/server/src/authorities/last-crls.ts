import type { OpenIssuer } from '../issuers/issuers.ts'
import { canSignCrl } from '../revocation/crl-schedule.ts'
import { type CrlMaking, makeCrl } from '../revocation/make-crl.ts'
import type { AuthorityStore } from './authority-store.ts'

/**
 * A last CRL of each generation of a CA that was deleted, valid for as long as the CA's certificate is: nobody can sign another. It
 * names all that was ever revoked, for since the deletion nothing can be. Can be made again until the keys are dropped. Throws
 * `KeyUnavailable`.
 */
export async function makeLastCrls(
  authority: string,
  store: Pick<AuthorityStore, 'generations'>,
  openGeneration: (generation: string) => Promise<OpenIssuer>,
  making: CrlMaking,
): Promise<void> {
  for (const { id: generation } of await store.generations(authority)) {
    const open = await openGeneration(generation)
    if (!canSignCrl(open, making.now()) || open.issuer === undefined) continue
    const validity = open.issuer.certificate.notAfter - making.now()
    for (const partition of new Set([0, ...(await making.crls.partitions(generation))])) {
      await makeCrl({ generation, partition, delta: false }, open, validity, making)
    }
    // Whoever is told of a delta by the last whole CRL goes on finding one.
    if (open.stored.authority.settings.crl.delta)
      await makeCrl({ generation, partition: 0, delta: true }, open, validity, making)
  }
}
