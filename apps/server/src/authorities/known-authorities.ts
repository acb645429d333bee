import { type Certificate, decodeCertificate } from '@chancery/x509'
import type { Authorities } from './authorities.ts'

const PAGE = 200

/** The certificates of all CAs of the tenant: where a chain is looked for first. */
export async function knownAuthorities({ store }: Pick<Authorities, 'store'>): Promise<readonly Certificate[]> {
  const known: Certificate[] = []
  for (let after: string | undefined; ; ) {
    const page = await store.list({ limit: PAGE, ...(after !== undefined && { after }) })
    for (const { id } of page.items) {
      for (const { certificates } of await store.generations(id))
        known.push(...certificates.map(({ der }) => decodeCertificate(der)))
    }
    after = page.next
    if (after === undefined) return known
  }
}
