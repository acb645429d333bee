import { decodeCertificate, findExtension, SubjectAltName } from '@chancery/x509'
import type { FoundCertificate } from './account-store.ts'
import type { AccountRequest, Acme } from './acme.ts'
import { AcmeProblem } from './acme-problem.ts'
import { certificateByCertId } from './cert-id.ts'
import type { JudgedIdentifier } from './judge-identifiers.ts'
import { wireIdentifier } from './order-status.ts'
import type { Replaced } from './order-store.ts'
import { textOf } from './payload.ts'

/**
 * The certificate that an order says it replaces, RFC 9773 §5: issued to the same account, with at least one of its names. That no other
 * order replaces it is seen when the order is written. Throws `AcmeProblem` 'malformed'.
 */
export async function replacedBy(
  payload: object,
  judged: readonly JudgedIdentifier[],
  { account, policy }: AccountRequest,
  { door }: Pick<Acme, 'door'>,
): Promise<Replaced | undefined> {
  const certId = textOf(payload, 'replaces')
  if (certId === undefined) return undefined
  const found = await certificateByCertId(certId, { tenant: account.tenant, authority: policy.authority }, door)
  if (found === undefined || found.acme?.account !== account.id)
    throw new AcmeProblem(
      'malformed',
      'The certificate in "replaces" was not issued to this account. Leave the field out.',
    )
  const names = namesOf(found)
  if (!judged.some(({ identifier }) => names.has(wireIdentifier(identifier).value)))
    throw new AcmeProblem(
      'malformed',
      'The certificate in "replaces" has none of the names of this order. Leave the field out.',
    )
  return { certificate: found.id, certId }
}

function namesOf({ der }: FoundCertificate): ReadonlySet<string> {
  const names = findExtension(decodeCertificate(der).extensions, SubjectAltName) ?? []
  return new Set(names.flatMap((name) => (name.type === 'dns' || name.type === 'ip' ? [name.value] : [])))
}
