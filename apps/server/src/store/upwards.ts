import type { StoredIssuer } from '../issuers/issuer-store.ts'
import type { AuthorityCertificateTable } from './schema.ts'
import type { Db } from './store-context.ts'

/** CAs of one installation that stand above each other: more are not followed. */
const DEEPEST = 10

/**
 * What stands above an authority's certificate: the certificates of the tenant's own CAs as far as they go, then those that were
 * stored with the topmost; and the first thing on the way that takes the CA its right to issue, in words that go on after "The CA
 * issues nothing:".
 */
export async function readUpwards(
  db: Db,
  tenant: string,
  certificate: AuthorityCertificateTable | undefined,
): Promise<Pick<StoredIssuer, 'chain' | 'blockedBy'>> {
  const chain: Uint8Array[] = []
  let blockedBy: string | undefined
  let whose = 'its certificate'
  let at = certificate
  for (let depth = 0; at !== undefined; depth++) {
    if (depth === DEEPEST) return { chain, blockedBy: blockedBy ?? `more than ${DEEPEST} CAs stand above it` }
    const { above, beyond, issuedAs } = await storedAbove(db, tenant, at)
    chain.push(...above)
    if (above.length > 0) whose = 'the certificate of a CA above it'
    const issuer = issuedAs === null ? undefined : await issuerOf(db, tenant, issuedAs)
    if (issuer === undefined) {
      // Nobody can say any more whether it was revoked: the register that it stood in was deleted.
      if (issuedAs !== null) blockedBy ??= `the CA that issued ${whose} was deleted`
      chain.push(...beyond)
      break
    }
    blockedBy ??= obstacle(issuer, whose)
    whose = `the certificate of "${issuer.name}" above it`
    at = issuer.certificate
    if (at !== undefined) chain.push(at.der)
  }
  return { chain, ...(blockedBy !== undefined && { blockedBy }) }
}

/** Ways that are told of one generation. */
const MOST_WAYS = 8

/** The ways upwards from the certificates of a generation: as `readUpwards` goes, but by each certificate of the keys above. */
export async function readWaysUp(
  db: Db,
  tenant: string,
  certificates: readonly AuthorityCertificateTable[],
): Promise<StoredIssuer['waysUp']> {
  const found: (readonly Uint8Array[])[] = []
  const walk = async (at: AuthorityCertificateTable, below: readonly Uint8Array[], keys: readonly string[]) => {
    if (found.length === MOST_WAYS || keys.length === DEEPEST) return
    const { above, beyond, issuedAs } = await storedAbove(db, tenant, at)
    const way = [...below, at.der, ...above]
    const issuer = issuedAs === null ? undefined : await issuerOf(db, tenant, issuedAs)
    if (issuer === undefined) {
      // Nobody can say any more whether it was revoked, as above.
      if (issuedAs === null) found.push([...way, ...beyond])
      return
    }
    if (obstacle(issuer, '') !== undefined || keys.includes(issuer.generation)) return
    for (const next of await certificatesOf(db, tenant, issuer.generation))
      await walk(next, way, [...keys, issuer.generation])
  }
  for (const certificate of certificates) await walk(certificate, [], [certificate.generation])
  return found
}

type IssuerAbove = NonNullable<Awaited<ReturnType<typeof issuerOf>>>

function obstacle({ revocation, name, status }: IssuerAbove, whose: string): string | undefined {
  if (revocation !== null) return `${whose} is ${revocation === 'held' ? 'on hold' : 'revoked'}`
  if (status === 'archived' || status === 'deleted') return `the CA "${name}" above it is ${status}`
  return undefined
}

/** Who issued the certificate with this id in the register, and by which certificate. */
async function issuerOf(db: Db, tenant: string, issuedAs: string) {
  const issued = await db
    .selectFrom('certificate as issued')
    .innerJoin('authority', 'authority.id', 'issued.authority')
    .select(['issued.revocation', 'issued.generation', 'authority.name', 'authority.status'])
    .where('issued.tenant', '=', tenant)
    .where('issued.id', '=', issuedAs)
    .where('issued.state', '=', 'issued')
    .executeTakeFirst()
  if (issued === undefined) return undefined
  const certificate = await db
    .selectFrom('authority_certificate')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('generation', '=', issued.generation)
    .where('active', '=', 1)
    .executeTakeFirst()
  return { ...issued, certificate }
}

/**
 * As whose issuance the walk goes on in the tenant's own registers: the certificate's own, or that of the nearest of those stored
 * above it. `above`: what stands on the way there; `beyond`: what was stored for a chain that no CA of the tenant gives.
 */
async function storedAbove(db: Db, tenant: string, { id, issued_as }: AuthorityCertificateTable) {
  const rows = await db
    .selectFrom('authority_chain')
    .select(['der', 'issued_as'])
    .where('tenant', '=', tenant)
    .where('certificate', '=', id)
    .orderBy('position')
    .execute()
  const ders = rows.map(({ der }) => der)
  if (issued_as !== null) return { above: [], beyond: ders, issuedAs: issued_as }
  const tied = rows.findIndex((row) => row.issued_as !== null)
  return { above: ders.slice(0, tied + 1), beyond: ders.slice(tied + 1), issuedAs: rows[tied]?.issued_as ?? null }
}

/** The certificates of a generation, newest first. */
export function certificatesOf(db: Db, tenant: string, generation: string): Promise<AuthorityCertificateTable[]> {
  return db
    .selectFrom('authority_certificate')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('generation', '=', generation)
    .orderBy('id', 'desc')
    .execute()
}
