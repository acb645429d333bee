import assert from 'node:assert/strict'
import type { Authority, IssuedCertificate, Template } from '@chancery/api'
import type { KeyType, SignatureAlgorithm } from '@chancery/x509'
import type { RunningChancery } from '../../support/running-chancery.ts'
import { certificatesIn } from './relying-party.ts'

/** A CA as the tests use it. */
export interface TestAuthority {
  readonly id: string
  readonly keyType: KeyType
  /** The id of its template Web Server. */
  readonly template: string
  /** Its certificates in PEM, its own first, the root last. */
  readonly chain: readonly string[]
}

/** What a CA is to be. Without `parent` it is a root. */
export interface AuthorityWish {
  readonly name: string
  readonly keyType: KeyType
  readonly signatureAlgorithm?: SignatureAlgorithm
  readonly parent?: TestAuthority
  readonly crl?: { readonly delta?: boolean; readonly partitions?: number }
}

/** Makes a CA: a root, or an intermediate one by one click. */
export async function makeAuthority(chancery: RunningChancery, wish: AuthorityWish): Promise<TestAuthority> {
  const { name, keyType, signatureAlgorithm, parent, crl } = wish
  const { id } = await chancery.api<Authority>('POST', '/authorities', {
    ...(parent === undefined ? { kind: 'root' } : { kind: 'intermediate', parent: parent.id }),
    subject: [
      { type: 'commonName', value: name },
      { type: 'organizationName', value: 'Exämple Organisation' },
    ],
    keyType,
    ...(signatureAlgorithm && { signatureAlgorithm }),
    ...(crl && { settings: { crl } }),
  })
  const templates = await chancery.api<{ items: readonly Template[] }>('GET', `/templates?authority=${id}`)
  const [template] = templates.items
  assert.ok(template)
  const chain = certificatesIn((await chancery.download(`/authorities/${id}/certificates?format=chain`)).toString())
  return { id, keyType, template: template.id, chain: chain.map(String) }
}

/** Makes another template of a CA: Web Server with these changes. */
export async function makeTemplate(
  chancery: RunningChancery,
  { id, template }: TestAuthority,
  name: string,
  changes: { readonly keyTypes?: readonly KeyType[]; readonly signatureAlgorithm?: SignatureAlgorithm },
): Promise<string> {
  const { profile } = await chancery.api<Template>('GET', `/templates/${template}`)
  const body = { authority: id, name, profile: { ...profile, ...changes } }
  return (await chancery.api<Template>('POST', '/templates', body)).id
}

/** Issues a certificate at once. */
export function issue(chancery: RunningChancery, template: string, csr: string): Promise<IssuedCertificate> {
  return chancery.api<IssuedCertificate>('POST', '/certificates', { template, csr })
}
