import { AskRenewal, CertificateRenewal, PublicId, Renew, RenewalChallenge, toTimestamp } from '@chancery/api'
import { type CertificateRequest, Refusal } from '@chancery/pki'
import { type Certificate, DerError, decodeCertificate, decodePemOrDer, encodePem, PemError } from '@chancery/x509'
import { Type } from 'typebox'
import { readCsr } from '../../enrollment/read-csr.ts'
import { CHALLENGE_MS, challengeText, checkProof } from '../../enrollment/renewal-proof.ts'
import { renew } from '../../enrollment/renewals.ts'
import { type AboveDomain, aboveRoute } from './above-domain.ts'
import { pemText } from './downloads.ts'
import { chainOf } from './issued-answer.ts'

const BY_PUBLIC_ID = Type.Object({ publicId: PublicId })
const LARGEST_CERTIFICATE = 64 * 1024

/** For holders of certificates, by the keys of these: no account, and nothing that is not theirs. */
export const RENEWAL_ROUTES = [
  aboveRoute({
    method: 'POST',
    path: '/api/v1/public/authorities/:publicId/renewals/challenge',
    role: 'anyone',
    operationId: 'askRenewal',
    summary: 'Get the text that the key of a certificate signs to renew it',
    description: 'Good for ten minutes, for this certificate and this CSR. Whether it can be renewed is not said here.',
    schema: { params: BY_PUBLIC_ID, body: AskRenewal, response: { 200: RenewalChallenge } },
    async handle({ domain, params, act, body }) {
      const { subject } = await subjectOf(params.publicId, body)
      const text = challengeText(subject, act.at, domain.renewalSecret)
      return { status: 200, body: { text, validUntil: toTimestamp(act.at + CHALLENGE_MS) } }
    },
  }),
  aboveRoute({
    method: 'POST',
    path: '/api/v1/public/authorities/:publicId/renewals',
    role: 'anyone',
    operationId: 'renew',
    summary: 'Renew a certificate by its key',
    description:
      'By the rules of its template, once. The same CSR again gets the same answer: `signing` while the key of the CA cannot be reached, `pending` where somebody has to say yes, because the CSR names more than the certificate has.',
    schema: { params: BY_PUBLIC_ID, body: Renew, response: { 200: CertificateRenewal } },
    async handle({ domain, params, act, from, body: { proof, ...body } }) {
      await domain.pace.take(['link-from', from.address])
      const { subject, request } = await subjectOf(params.publicId, body)
      await checkProof(proof, subject, act.at, domain.renewalSecret)
      const found = await domain.authorityByPublicId(params.publicId)
      if (found === undefined) throw new Refusal('forbidden', 'This certificate is none of this certificate authority.')
      const { tenant, authority } = found
      await domain.pace.take(['renewal-of', `${tenant} ${Buffer.from(subject.old.der.slice(-64)).toString('base64')}`])
      const own = domain.tenantDomain(tenant)
      const desk = { door: own.door, certificates: own.stores.certificates }
      const stranger = { tenant, actor: { kind: 'stranger' }, at: act.at } as const
      const outcome = await renew({ authority, old: subject.old, request }, stranger, desk)
      await domain.pace.forgive(['link-from', from.address])
      return { status: 200, body: await presentRenewal(outcome, tenant, domain) }
    },
  }),
]

/** Which certificate is to be renewed, for which CSR. Throws `Refusal` 'malformed', 'bad-csr'. */
async function subjectOf(
  authority: string,
  { certificate, csr }: { readonly certificate: string; readonly csr: string },
) {
  const old = readCertificate(certificate)
  const request = await readCsr(csr)
  if (request.csr === undefined) throw new Error('what was read of a CSR has none')
  const asked: CertificateRequest & { readonly csr: Uint8Array } = { ...request, csr: request.csr }
  return { subject: { authority, old, csr: request.csr }, request: asked }
}

function readCertificate(text: string): Certificate {
  try {
    return decodeCertificate(decodePemOrDer(text, ['CERTIFICATE'], LARGEST_CERTIFICATE))
  } catch (error) {
    if (!(error instanceof DerError) && !(error instanceof PemError)) throw error
    const detail = `It is no certificate in PEM: ${error.message}.`
    throw new Refusal('malformed', `The certificate cannot be read. ${detail}`, [{ field: '/certificate', detail }])
  }
}

async function presentRenewal(
  outcome: Awaited<ReturnType<typeof renew>>,
  tenant: string,
  { tenantDomain }: AboveDomain,
) {
  if (outcome.state === 'pending') {
    return { state: outcome.waitsFor === 'key' ? ('signing' as const) : ('pending' as const) }
  }
  const own = tenantDomain(tenant)
  const registered = await own.stores.certificates.find(outcome.id)
  if (registered === undefined) return { state: 'signing' as const }
  const [leaf, ...above] = await chainOf(registered, own)
  return { state: 'issued' as const, certificate: encodePem('CERTIFICATE', leaf), chain: pemText(above) }
}
