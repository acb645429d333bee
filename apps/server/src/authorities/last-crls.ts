import { KeyUnavailable } from '@chancery/keys'
import type { OpenIssuer } from '../issuers/issuers.ts'
import { signsCrls } from '../revocation/crl-schedule.ts'
import { type CrlMaking, makeCrl } from '../revocation/make-crl.ts'
import type { AuthorityStore } from './authority-store.ts'

/** So long nobody replaces a last CRL. Deleting takes less; a CA that is not deleted by then goes on with ordinary ones. */
export const LAST_CRL_STANDS_MS = 900_000

/**
 * A last CRL of each generation of a CA that is about to be deleted, valid for as long as the CA's certificate is: nobody can sign
 * another. A key that is away leaves the CRL that is published. `refreshLater` is told before: were the deletion interrupted, a CRL
 * of ten years would hide every revocation to come.
 */
export async function makeLastCrls(
  authority: string,
  store: AuthorityStore,
  openGeneration: (generation: string) => Promise<OpenIssuer>,
  making: CrlMaking,
  refreshLater: (generation: string, dueAt: number) => Promise<void>,
): Promise<void> {
  for (const { id: generation } of await store.generations(authority)) {
    const open = await openGeneration(generation)
    if (!signsCrls(open, making.now()) || open.issuer === undefined) continue
    await refreshLater(generation, making.now() + LAST_CRL_STANDS_MS)
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
