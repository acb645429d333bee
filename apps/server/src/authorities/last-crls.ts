import { KeyUnavailable } from '@chancery/keys'
import type { OpenIssuer } from '../issuers/issuers.ts'
import { signsCrls } from '../revocation/crl-schedule.ts'
import { type CrlMaking, makeCrl } from '../revocation/make-crl.ts'
import type { AuthorityStore } from './authority-store.ts'

/**
 * A last CRL of each generation of a CA that is about to be deleted, valid for as long as the CA's certificate is: nobody can sign
 * another. A key that is away leaves the CRL that is published.
 */
export async function makeLastCrls(
  authority: string,
  store: AuthorityStore,
  openGeneration: (generation: string) => Promise<OpenIssuer>,
  making: CrlMaking,
): Promise<void> {
  for (const { id: generation } of await store.generations(authority)) {
    const open = await openGeneration(generation)
    if (!signsCrls(open, making.now()) || open.issuer === undefined) continue
    const validity = open.issuer.certificate.notAfter - making.now()
    try {
      for (const partition of new Set([0, ...(await making.crls.partitions(generation))])) {
        await makeCrl({ generation, partition, delta: false }, open, validity, making)
      }
      // Whoever is told of a delta by the last whole CRL goes on finding one.
      if (open.stored.authority.settings.crl.delta)
        await makeCrl({ generation, partition: 0, delta: true }, open, validity, making)
    } catch (error) {
      if (!(error instanceof KeyUnavailable)) throw error
    }
  }
}
