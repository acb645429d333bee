import {
  BasicConstraints,
  decodeCertificate,
  decodeTbsCertificate,
  type Extension,
  findExtension,
} from '@chancery/x509'
import type { CertificateRegister, UnexpiredCertificate } from '../certificates/certificate-register.ts'
import type { TemplateStore } from '../templates/template-store.ts'
import type { AuthorityStore } from './authority-store.ts'

const PAGE = 200
/** A CA of more certificates than this is not asked further: it is no root that signs a few CAs. */
const MOST_LOOKED_AT = 1_000

/**
 * Whether a CA certifies CAs alone, its own services aside. No enabled template of it makes anything else, and nothing else that has
 * not expired is known of it; a CA for which nothing speaks at all, or that has a past before its import that is not known, is
 * none. Certificates count whatever became of their templates, and revoked ones too.
 */
export async function certifiesOnlyAuthorities(
  authority: string,
  now: number,
  {
    templates,
    certificates,
    authorities,
  }: {
    readonly templates: Pick<TemplateStore, 'list'>
    readonly certificates: Pick<CertificateRegister, 'unexpired'>
    readonly authorities: Pick<AuthorityStore, 'generations'>
  },
): Promise<boolean> {
  const byTemplates = await kindsOf(enabledTemplates(authority, templates))
  if (byTemplates.others) return false
  const generations = await authorities.generations(authority)
  if (generations.some(({ historyKnown }) => !historyKnown)) return false
  const byCertificates = await kindsOf(unexpired(authority, now, certificates))
  return !byCertificates.others && (byTemplates.authorities || byCertificates.authorities)
}

type Kind = 'authority' | 'other'

/** Of which kinds there are any. The first other one answers the question: nothing more is read then. */
async function kindsOf(
  kinds: AsyncIterable<Kind>,
): Promise<{ readonly authorities: boolean; readonly others: boolean }> {
  let authorities = false
  for await (const kind of kinds) {
    if (kind === 'other') return { authorities, others: true }
    authorities = true
  }
  return { authorities, others: false }
}

async function* enabledTemplates(authority: string, templates: Pick<TemplateStore, 'list'>): AsyncGenerator<Kind> {
  for (let after: string | undefined; ; ) {
    const { items, next } = await templates.list({ authority }, { limit: PAGE, ...(after !== undefined && { after }) })
    for (const { enabled, profile } of items) {
      if (enabled) yield profile.basicConstraints?.ca === true ? 'authority' : 'other'
    }
    if (next === undefined) return
    after = next
  }
}

async function* unexpired(
  authority: string,
  now: number,
  certificates: Pick<CertificateRegister, 'unexpired'>,
): AsyncGenerator<Kind> {
  let lookedAt = 0
  for (let after: string | undefined; lookedAt < MOST_LOOKED_AT; ) {
    const page = { limit: PAGE, ...(after !== undefined && { after }) }
    const { items, next } = await certificates.unexpired(authority, now, page)
    for (const certificate of items) {
      const kind = kindOf(certificate)
      if (kind !== undefined) yield kind
    }
    if (next === undefined) return
    lookedAt += items.length
    after = next
  }
  yield 'other'
}

/** `undefined` for what says nothing: a service of the CA, or a revocation of which nothing but the serial is known. */
function kindOf({ evidence, der, tbs, isRevoked }: UnexpiredCertificate): Kind | undefined {
  if (evidence?.by === 'system' && evidence.purpose !== 'intermediate-ca') return undefined
  if (der !== undefined) return kindBy(decodeCertificate(der).extensions)
  if (tbs !== undefined) return kindBy(decodeTbsCertificate(tbs).extensions)
  return isRevoked ? undefined : 'other'
}

function kindBy(extensions: readonly Extension[]): Kind {
  return findExtension(extensions, BasicConstraints)?.ca === true ? 'authority' : 'other'
}
