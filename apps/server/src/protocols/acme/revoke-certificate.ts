import { createHash } from 'node:crypto'
import { Refusal, readIdentifier } from '@chancery/pki'
import { type Certificate, DerError, decodeCertificate, findExtension, SubjectAltName } from '@chancery/x509'
import { type RevocationReason, revoke } from '../../revocation/revoke.ts'
import { accountKey } from './account-key.ts'
import type { FoundCertificate } from './account-store.ts'
import type { AccountRequest, Acme, AcmeAnswer, KeyRequest } from './acme.ts'
import { AcmeProblem } from './acme-problem.ts'
import { decodeBase64url } from './jwk.ts'
import { fieldOf, malformed, neededPayload, neededText } from './payload.ts'
import type { Heard } from './receive.ts'

/** RFC 5280 §5.3.1: what a subscriber can know. Holds, and what only a CA can say, are its administrators'. */
const REASONS: Readonly<Record<number, RevocationReason>> = {
  0: 'unspecified',
  1: 'keyCompromise',
  3: 'affiliationChanged',
  4: 'superseded',
  5: 'cessationOfOperation',
}

/**
 * revokeCert, RFC 8555 §7.6: by the account that the certificate was issued to, by one that has proven all its names, or by the
 * certificate's own key. Who has no right to it is not told whether it is there.
 */
export async function revokeCertificate(request: AccountRequest | KeyRequest, acme: Acme): Promise<AcmeAnswer> {
  const payload = neededPayload(request.payload)
  const der = decodeBase64url(neededText(payload, 'certificate'))
  if (der === undefined) throw malformed('The "certificate" is DER in base64url without padding, and not PEM.')
  const found = await acme.door.certificateByFingerprint(createHash('sha256').update(der).digest())
  const known = found !== undefined && isOfDirectory(found, request) ? found : undefined
  if (known !== undefined && !('account' in request)) request.hear(aboutOf(known))
  const reason = reasonIn(payload)
  const certificate = decoded(der)
  if (known?.acme === undefined || !(await mayRevoke(known, certificate, request)))
    throw new AcmeProblem(
      'unauthorized',
      'The certificate was not issued here by ACME, or whoever signed the request may not revoke it. Sign by the account that ordered it, by one that has proven all its names, or by the key of the certificate.',
    )
  const { id, tenant } = known
  request.hear({ order: id })
  if (reason === 'keyCompromise' && !mayTellOfKey(known, request))
    throw new AcmeProblem(
      'badRevocationReason',
      'To have proven the names says nothing of the key. Give keyCompromise by the account that ordered the certificate or by its key, or another reason.',
    )

  const actor =
    'account' in request
      ? ({ kind: 'acme-account', account: request.account.id } as const)
      : ({ kind: 'stranger' } as const)
  const { revocations } = acme.domainOf(tenant).stores
  await revoke({ certificate: id, reason }, { tenant, actor, at: request.at }, revocations).catch(alreadyRevoked)
  return {
    status: 200,
    said: `revoked (${reason}), by ${'account' in request ? 'the account' : 'the key of the certificate'}`,
    order: id,
  }
}

/** Whose trace tells of it when no account asks: that of the order that it came by, if it came by ACME. */
function aboutOf({ tenant, id, authority, acme }: FoundCertificate): Heard {
  const about = { tenant, protocol: 'acme', authority } as const
  return acme === undefined ? { about } : { about: { ...about, account: acme.account }, order: id }
}

function reasonIn(payload: object): RevocationReason {
  const given = fieldOf(payload, 'reason')
  const value = given === undefined ? 0 : given
  const reason = typeof value === 'number' ? REASONS[value] : undefined
  if (reason !== undefined) return reason
  const taken = Object.entries(REASONS).map(([number, name]) => `${number} (${name})`)
  throw new AcmeProblem('badRevocationReason', `The reason is one of: ${taken.join(', ')}.`)
}

function decoded(der: Uint8Array): Certificate {
  try {
    return decodeCertificate(der)
  } catch (error) {
    if (error instanceof DerError) throw malformed(`The "certificate" cannot be read: ${error.message}.`)
    throw error
  }
}

/** A policy's own directory knows of that policy alone; an account of nothing beyond its tenant. */
function isOfDirectory({ tenant, acme }: FoundCertificate, request: AccountRequest | KeyRequest): boolean {
  if (request.own !== undefined && request.own.policy.id !== acme?.policy) return false
  return !('account' in request) || request.account.tenant === tenant
}

async function mayRevoke(
  { acme }: FoundCertificate,
  certificate: Certificate,
  request: AccountRequest | KeyRequest,
): Promise<boolean> {
  if (!('account' in request)) return isKeyOf(certificate, request)
  if (acme?.account === request.account.id) return true
  return acme?.policy === request.policy.id && hasProvenAll(certificate, request)
}

/** It ends every certificate of the key, and more are not made: not at the word of whoever got hold of a name later. */
function mayTellOfKey({ acme }: FoundCertificate, request: AccountRequest | KeyRequest): boolean {
  return !('account' in request) || acme?.account === request.account.id
}

function isKeyOf({ publicKey }: Certificate, { jwk }: KeyRequest): boolean {
  return Buffer.from(accountKey(jwk).publicKey.der).equals(publicKey.der)
}

async function hasProvenAll(
  { extensions }: Certificate,
  { account, policy, domain, at }: AccountRequest,
): Promise<boolean> {
  const names = (findExtension(extensions, SubjectAltName) ?? []).map((name) =>
    name.type === 'dns' || name.type === 'ip' ? readIdentifier(name.type, name.value) : undefined,
  )
  const identifiers = names.flatMap((name) => (name !== undefined && 'identifier' in name ? [name.identifier] : []))
  if (identifiers.length === 0 || identifiers.length < names.length) return false
  const proven = await domain.stores.acmeAuthorizations.reusable(account.id, policy.id, identifiers, at)
  return identifiers.every((one) =>
    proven.some(
      ({ identifier: { type, value, wildcard } }) =>
        type === one.type && value === one.value && wildcard === one.wildcard,
    ),
  )
}

/** RFC 8555 §7.6. A reason that becomes keyCompromise is no second revocation: whoever proves a leak is heard. */
function alreadyRevoked(error: unknown): never {
  if (error instanceof Refusal && error.code === 'conflict') throw new AcmeProblem('alreadyRevoked', error.message)
  throw error
}
