import { keyIdentifier } from '@chancery/keys'
import { encodeDraft, fillRoot, findings, type Preview, Refusal, refuseFaultyConstraints } from '@chancery/pki'
import type { Act } from '../audit/audit-record.ts'
import { previewCertificate } from '../enrollment/preview-certificate.ts'
import { standInKey } from '../enrollment/stand-in-key.ts'
import { askParent } from './ask-parent.ts'
import type { Authorities } from './authorities.ts'
import type { AuthorityProfile, CreateAuthority } from './create-root.ts'
import { nameOfAuthority } from './new-authority.ts'
import { algorithmFor } from './new-generation.ts'

/** Sixteen octets that nobody takes for a real serial number. */
const STAND_IN_SERIAL = 0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5an
const NOTHING_IGNORED = { ignored: [], ignoredNames: [] }

/**
 * The certificate that a CA would get, with the lint's words, for a stand-in key of its type: as a root, or from the CA `parent`.
 * Nothing is made or written down, and no key is asked. Throws `Refusal` 'not-found' and 'issuer-inactive' for a parent that issues
 * nothing.
 */
export async function previewAuthority(
  asked: CreateAuthority & AuthorityProfile & { readonly parent?: string },
  act: Act,
  authorities: Authorities,
): Promise<Preview> {
  try {
    nameOfAuthority(asked.subject)
    algorithmFor(asked.keyType ?? 'ecdsa-p256', asked.signatureAlgorithm)
    refuseFaultyConstraints(asked.nameConstraints)
    return await (asked.parent === undefined
      ? previewRoot(asked, authorities)
      : previewIntermediate({ ...asked, parent: asked.parent }, act, authorities))
  } catch (error) {
    // What is wrong with what was asked is shown; that the parent is away is no matter of it.
    if (!(error instanceof Refusal) || error.problems.length === 0) throw error
    return { problems: error.problems, findings: [], ...NOTHING_IGNORED }
  }
}

async function previewRoot(
  { keyType = 'ecdsa-p256', subject, pathLength, ...profile }: CreateAuthority & AuthorityProfile,
  { pool, tenant, now }: Authorities,
): Promise<Preview> {
  const publicKey = await standInKey(keyType, pool.for(tenant))
  const draft = fillRoot({
    ...profile,
    subject,
    ...(typeof pathLength === 'number' && { pathLength }),
    publicKey,
    serialNumber: STAND_IN_SERIAL,
    keyIdentifier: keyIdentifier(publicKey),
    now: now(),
  })
  const encoded = encodeDraft(draft)
  return { encoded, problems: [], findings: findings(encoded.tbs, 'self'), ...NOTHING_IGNORED }
}

async function previewIntermediate(
  { keyType = 'ecdsa-p256', parent, ...asked }: CreateAuthority & AuthorityProfile & { readonly parent: string },
  act: Act,
  { issuers, pool, tenant, now }: Authorities,
): Promise<Preview> {
  const turns = pool.for(tenant)
  const names = { parent, generation: '', certificate: '', publicKey: await standInKey(keyType, turns) }
  const { request, profile } = askParent(asked, names, act)
  const template = { authority: parent, name: 'Certificate Authority', profile }
  return previewCertificate({ request, keyType, template }, { issuers, turns, now })
}
