import { type Issuer, Refusal } from '@chancery/pki'
import type { AccountRequest } from './acme.ts'
import { AcmeProblem } from './acme-problem.ts'

/**
 * The CA that signs for a policy, as it is now. Throws `AcmeProblem` 'unauthorized' for one that has no certificate, `Refusal`
 * 'issuer-inactive' for one that issues nothing for another reason, which it says.
 */
export async function signingIssuer({ policy, domain }: Pick<AccountRequest, 'policy' | 'domain'>): Promise<Issuer> {
  const { issuer } = await domain.issuers.active(policy.authority).catch((error: unknown) => {
    if (!(error instanceof Refusal && error.code === 'not-found')) throw error
    throw new AcmeProblem(
      'unauthorized',
      `The CA of the policy "${policy.name}" issues nothing: it has no certificate yet, or is gone. Ask who runs this server.`,
    )
  })
  return issuer
}
