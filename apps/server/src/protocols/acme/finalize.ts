import { type CertificateRequest, type GrantId, isPreApproved, type Template } from '@chancery/pki'
import { keyTypeOf } from '@chancery/x509'
import { enroll } from '../../enrollment/enroll.ts'
import { readCsr } from '../../enrollment/read-csr.ts'
import type { AccountRequest, Acme, AcmeAnswer } from './acme.ts'
import { AcmeProblem } from './acme-problem.ts'
import { checkCaa } from './check-caa.ts'
import { refuseAddedNames } from './check-template.ts'
import { commonNameOf } from './common-name.ts'
import { checkCsrNames } from './csr-names.ts'
import { identifierProblem, judge, refuseAll } from './judge-identifiers.ts'
import { decodeBase64url, thumbprintOfKey } from './jwk.ts'
import { notCertified } from './not-certified.ts'
import { findOrder } from './order.ts'
import { orderNow, wireIdentifier } from './order-status.ts'
import type { KnownOrder } from './order-store.ts'
import { orderValidity, refuseBeyond } from './order-validity.ts'
import { neededPayload, neededText } from './payload.ts'
import { orderAnswer } from './present-order.ts'
import { chosenProfile } from './profiles.ts'
import { signingIssuer } from './signing-issuer.ts'

/**
 * Finalizes an order, RFC 8555 §7.4: the CSR becomes a certificate. The order is spent by the transaction that records what will be
 * signed, under the order's own id: whatever arrives at the same time, and wherever the server stops, there is one certificate.
 */
export async function finalizeOrder(request: AccountRequest, acme: Acme): Promise<AcmeAnswer> {
  const { policy, domain, account, at, base } = request
  const csr = csrIn(neededPayload(request.payload))
  const order = await findOrder(request)
  refuseUnready(order, at)
  const { template } = await chosenProfile(request, order.profile)
  judgeAgain(order, request, template)
  const wanted = await readCsr(csr)
  checkCsrNames(wanted, order.names)
  await checkKey(wanted, request, acme)
  if (order.notAfter !== undefined) refuseBeyond(order, await signingIssuer(request))
  await checkCaa(order, request, acme)

  const outcome = await enroll(
    {
      request: certifiable(wanted, order, request, template),
      evidence: { by: 'acme-order', order: order.id, account: account.id, policy: policy.id },
      template,
      grantId: order.id as GrantId,
    },
    { tenant: account.tenant, actor: { kind: 'acme-account', account: account.id }, at },
    { ...domain.door, issuance: { ...domain.door.issuance, patience: domain.patience() } },
  ).catch((error: unknown) => notCertified(error, order, request))
  return orderAnswer({ ...order, state: 'finalized', issuance: issuanceOf(outcome) }, at, base)
}

function csrIn(payload: object): Uint8Array {
  const der = decodeBase64url(neededText(payload, 'csr'))
  if (der === undefined || der.length === 0)
    throw new AcmeProblem(
      'malformed',
      'The "csr" is a PKCS#10 in DER, in base64url without padding, and not PEM (RFC 8555 §7.4).',
    )
  return der
}

/** RFC 8555 §7.4. */
function refuseUnready(order: KnownOrder, now: number): void {
  const { status, error } = orderNow(order, now)
  if (status === 'ready') return
  const why = {
    pending: 'Its authorizations are not all valid yet.',
    processing: 'It is being finalized already: look at the order again.',
    valid: 'It is finalized already: fetch its certificate.',
    invalid: error?.detail ?? '',
  }[status]
  throw new AcmeProblem('orderNotReady', `The order is ${status}, and only one that is ready can be finalized. ${why}`)
}

/** Policy and template may have changed since the order: what is not allowed any more, or no longer approved beforehand, is refused. */
function judgeAgain({ names }: KnownOrder, { policy }: AccountRequest, template: Template): void {
  const problems = names.flatMap((name) => {
    const { type, value } = wireIdentifier(name)
    const judged = judge(name, policy, template)
    if ('detail' in judged) return [identifierProblem(judged, { type, value })]
    if (name.authorization !== undefined || isPreApproved(policy.settings.preApproved, name)) return []
    const detail = `${value} is not approved beforehand any more. Place another order, and prove it.`
    return [identifierProblem({ kind: 'unauthorized', detail }, { type, value })]
  })
  refuseAll(problems)
  refuseAddedNames(names, template)
}

/** RFC 8555 §11.1: no key of an account. And what the policy wants of keys; the template judges them too. */
async function checkKey(
  { publicKey }: CertificateRequest,
  { account, policy }: AccountRequest,
  { door }: Pick<Acme, 'door'>,
): Promise<void> {
  const thumbprint = thumbprintOfKey(publicKey)
  const isOfAccount =
    thumbprint !== undefined &&
    (thumbprint === account.thumbprint || (await door.isAccountKey(account.directory, thumbprint)))
  if (isOfAccount)
    throw new AcmeProblem(
      'badCSR',
      'The CSR is for the key of an account. Make another key for the certificate (RFC 8555 §11.1).',
    )
  const { keyTypes } = policy.settings
  const keyType = keyTypeOf(publicKey)
  if (keyTypes === undefined || (keyType !== undefined && keyTypes.includes(keyType))) return
  throw new AcmeProblem(
    'badCSR',
    `The policy "${policy.name}" certifies keys of: ${keyTypes.join(', ')}. This is ${keyType ?? 'another'}: make one of those.`,
  )
}

/** What is to be certified: the names of the order, the key of the CSR, a common name where the template wants one, and nothing else. */
function certifiable(
  wanted: CertificateRequest,
  order: KnownOrder,
  { policy, at }: AccountRequest,
  template: Template,
): CertificateRequest {
  const names = order.names.map(wireIdentifier)
  const commonName = commonNameOf(wanted, names, template)
  const validity = orderValidity(order, policy, template, at)
  return {
    publicKey: wanted.publicKey,
    subject: commonName === undefined ? [] : [{ type: 'commonName', value: commonName }],
    subjectAltNames: names,
    extensions: wanted.extensions,
    ...(validity && { validity }),
    ...(wanted.csr && { csr: wanted.csr }),
  }
}

function issuanceOf(outcome: Awaited<ReturnType<typeof enroll>>): NonNullable<KnownOrder['issuance']> {
  if (outcome.state === 'pending') return { state: 'intent' }
  return { state: 'issued' }
}
