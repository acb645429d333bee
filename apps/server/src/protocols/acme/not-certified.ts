import { Refusal } from '@chancery/pki'
import type { AccountRequest } from './acme.ts'
import { AcmeProblem } from './acme-problem.ts'
import { constrained, identifierProblem, refuseAll } from './judge-identifiers.ts'
import { wireIdentifier } from './order-status.ts'
import type { KnownOrder } from './order-store.ts'
import { signingIssuer } from './signing-issuer.ts'

/**
 * Why an order that was ready has no certificate, in the words of the protocol: the CA was asked as the order was placed, and may have
 * changed since. Throws `AcmeProblem`, or the error as it was.
 */
export async function notCertified(error: unknown, { names }: KnownOrder, request: AccountRequest): Promise<never> {
  if (!(error instanceof Refusal)) throw error
  // Another request finalized it first, or it was given up meanwhile.
  if (error.code === 'conflict') throw new AcmeProblem('orderNotReady', `${error.message} Look at the order again.`)
  if (error.code !== 'lint' && error.code !== 'not-found') throw error
  const issuer = await signingIssuer(request)
  const problems = names.flatMap((name) => {
    const declined = constrained(name, issuer)
    return declined === undefined ? [] : [identifierProblem(declined, wireIdentifier(name))]
  })
  // The CSR is not to blame for names that the CA may not certify.
  refuseAll(problems)
  throw error
}
