import { type Problem, Refusal } from '@chancery/pki'
import { BasicConstraints, type Certificate, equalBytes, findExtension, KeyUsage } from '@chancery/x509'
import { type Act, recordOf } from '../audit/audit-record.ts'
import type { Authority, Generation } from '../issuers/authority.ts'
import type { Authorities } from './authorities.ts'
import { chainAbove } from './certificate-chain.ts'
import { knownAuthorities } from './known-authorities.ts'
import { readCertificates } from './read-certificates.ts'

/**
 * Import Signed Certificate: the answer to a CA's CSR becomes its certificate. The first certificate in the PEM is taken, the
 * others, and those in `chain`, are what stands above it. Checks its key, CA:TRUE, keyCertSign, its dates, and the chain to a root, which is looked
 * for in the tenant's CAs and through AIA before it is asked for. Throws `Refusal` 'malformed' with each check that failed,
 * 'conflict' for a missing issuer.
 */
export async function importCertificate(
  authority: Authority,
  given: { readonly certificate: string; readonly chain?: string },
  act: Act,
  authorities: Authorities,
): Promise<Certificate> {
  const [certificate, ...beside] = readCertificates(given.certificate, '/certificate')
  if (certificate === undefined) throw new TypeError('readCertificates returns at least one')
  const above = given.chain === undefined ? [] : readCertificates(given.chain, '/chain')

  const generations = await authorities.store.generations(authority.id)
  const generation = generations.find(({ publicKey }) => equalBytes(publicKey, certificate.publicKey.der))
  const problems = [...keyProblems(generation), ...certificateProblems(certificate, act.at)]
  if (problems.length > 0)
    throw new Refusal('malformed', 'This certificate cannot become the certificate of this CA.', problems)

  const candidates = [...beside, ...above, ...(await knownAuthorities(authorities))]
  const chain = await chainAbove(certificate, candidates, authorities.fetchIssuers)
  await adopt(certificate, chain, generation, act, authorities)
  return certificate
}

async function adopt(
  { der, notBefore, notAfter }: Certificate,
  chain: readonly Certificate[],
  generation: Generation | undefined,
  act: Act,
  { store, makeServices, newId }: Authorities,
): Promise<void> {
  if (generation === undefined) throw new TypeError('a certificate without a generation was refused')
  const id = newId()
  await store.addCertificate(
    { id, generation: generation.id, der, notBefore, notAfter, active: true, chain: chain.map((above) => above.der) },
    recordOf(act, {
      action: 'authority.import-certificate',
      object: { type: 'authority', id: generation.authority },
      details: { certificate: id },
    }),
  )
  await makeServices(generation.id)
}

function keyProblems(generation: Generation | undefined): readonly Problem[] {
  if (generation !== undefined) return []
  const detail = 'It certifies another key than this CA has. Have the CSR of this CA signed.'
  return [{ field: '/certificate', detail }]
}

/** What a certificate must have to be a CA's (RFC 5280 §4.2.1.3, §4.2.1.9), at this moment. */
export function certificateProblems(
  { version, extensions, notBefore, notAfter }: Certificate,
  now: number,
): readonly Problem[] {
  const keyUsage = findExtension(extensions, KeyUsage)
  const problems: Problem[] = []
  if (version < 3 || findExtension(extensions, BasicConstraints)?.ca !== true) {
    problems.push({
      field: '/certificate',
      cites: 'RFC 5280 §4.2.1.9',
      detail: 'It is no CA certificate: basicConstraints must say CA:TRUE.',
    })
  }
  if (keyUsage !== undefined && !keyUsage.includes('keyCertSign')) {
    problems.push({
      field: '/certificate',
      cites: 'RFC 5280 §4.2.1.3',
      detail: 'Its key may not sign certificates: keyUsage must hold keyCertSign.',
    })
  }
  if (now > notAfter) {
    problems.push({
      field: '/certificate',
      cites: 'RFC 5280 §4.1.2.5',
      detail: `It expired on ${new Date(notAfter).toISOString()}. Have the CSR signed again.`,
    })
  }
  if (now < notBefore) {
    problems.push({
      field: '/certificate',
      cites: 'RFC 5280 §4.1.2.5',
      detail: `It is valid only from ${new Date(notBefore).toISOString()} on. Import it then.`,
    })
  }
  return problems
}
