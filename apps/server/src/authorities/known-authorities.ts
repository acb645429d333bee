import { type Certificate, decodeCertificate } from '@chancery/x509'
import type { Authorities } from './authorities.ts'
import type { KnownCertificate } from './authority-store.ts'
import { inTurns } from './in-turns.ts'

/** A certificate of a CA of the tenant, read. */
export interface KnownAuthority extends Omit<KnownCertificate, 'der' | 'chain'> {
  readonly certificate: Certificate
  readonly chain: readonly { readonly certificate: Certificate; readonly issuedAs?: string }[]
}

/** The certificates of all CAs of the tenant: where a chain is looked for first. */
export async function knownAuthorities({ store }: Pick<Authorities, 'store'>): Promise<readonly KnownAuthority[]> {
  const known: KnownAuthority[] = []
  for await (const { der, chain, ...one } of inTurns(await store.known())) {
    const above = chain.map(({ der: octets, ...link }) => ({ ...link, certificate: decodeCertificate(octets) }))
    known.push({ ...one, certificate: decodeCertificate(der), chain: above })
  }
  return known
}
