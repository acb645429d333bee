import { keyIdentifier } from '@chancery/keys'
import { encodeDraft, fillRoot, findings, type Preview, Refusal, type Root } from '@chancery/pki'
import {
  algorithmIdentifier,
  type CertificationRequest,
  type Extension,
  type KeyType,
  type Name,
  type SignatureAlgorithm,
} from '@chancery/x509'
import { previewCertificate } from '../enrollment/preview-certificate.ts'
import type { askParent } from './ask-parent.ts'
import type { Authorities } from './authorities.ts'
import { algorithmFor } from './new-generation.ts'
import { previewRequested, type RequestedKey } from './requested-extensions.ts'

/** What a CA would get: a certificate, or where somebody else signs that a CSR, and all that speaks against it. */
export interface AuthorityPreview extends Preview {
  readonly request?: PreviewedRequest
}

/** What a CSR would say. */
export type PreviewedRequest = Pick<
  CertificationRequest,
  'subject' | 'publicKey' | 'signatureAlgorithm' | 'requestedExtensions'
>

/** Sixteen octets that nobody takes for a real serial number. */
const STAND_IN_SERIAL = 0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5an
const NOTHING_IGNORED = { ignored: [], ignoredNames: [] }

/** What is wrong with what was asked is shown; that a CA is not there, or is away, is no matter of it and is thrown. */
export async function orProblems(show: () => Promise<AuthorityPreview>): Promise<AuthorityPreview> {
  try {
    return await show()
  } catch (error) {
    if (!(error instanceof Refusal) || error.problems.length === 0) throw error
    return { problems: error.problems, findings: [], ...NOTHING_IGNORED }
  }
}

/** The certificate of a root. Throws `Refusal`. */
export function previewSelfSigned({
  pathLength,
  ...root
}: Omit<Root, 'pathLength' | 'serialNumber' | 'keyIdentifier'> & {
  readonly pathLength?: number | null
  readonly keyIdentifier?: Uint8Array
}): Preview {
  const draft = fillRoot({
    ...root,
    ...(typeof pathLength === 'number' && { pathLength }),
    serialNumber: STAND_IN_SERIAL,
    keyIdentifier: root.keyIdentifier ?? keyIdentifier(root.publicKey),
  })
  const encoded = encodeDraft(draft)
  return { encoded, problems: [], findings: findings(encoded.tbs, 'self'), ...NOTHING_IGNORED }
}

/** The certificate that a CA of the tenant would sign. Throws `Refusal` 'not-found' and 'issuer-inactive' for one that issues nothing. */
export function previewByParent(
  { request, profile, authority }: ReturnType<typeof askParent>,
  keyType: KeyType,
  { issuers, pool, tenant, now }: Authorities,
): Promise<Preview> {
  const template = { authority, name: 'Certificate Authority', profile }
  return previewCertificate({ request, keyType, template }, { issuers, turns: pool.for(tenant), now })
}

/** The CSR that somebody else would be given. `kept`: extensions that it asks for as they are. Throws `Refusal`. */
export function previewRequest(
  key: RequestedKey & { readonly keyType: KeyType; readonly signatureAlgorithm: SignatureAlgorithm | undefined },
  subject: Name,
  requested: Parameters<typeof previewRequested>[0] & { readonly kept?: readonly Extension[] },
  now: number,
): AuthorityPreview {
  const signatureAlgorithm = algorithmIdentifier(algorithmFor(key.keyType, key.signatureAlgorithm))
  const { extensions, findings: found } = previewRequested(requested, key, now)
  const requestedExtensions = [...extensions, ...(requested.kept ?? [])]
  const request = { subject, publicKey: key.publicKey, signatureAlgorithm, requestedExtensions }
  return { request, problems: [], findings: found, ...NOTHING_IGNORED }
}
