import type { FindGenerationByPublicId, IssuerStore, StoredIssuer } from '../issuers/issuer-store.ts'
import { oncePerTurn } from '../issuers/once-per-turn.ts'
import { SYSTEM_TENANT } from '../tenants/system-tenant.ts'
import { GENERATION_COLUMNS, toAuthority, toAuthorityCertificate, toGeneration } from './authority-rows.ts'
import { keptOrRead } from './kept-reads.ts'
import type { GenerationTable } from './schema.ts'
import { statement } from './statement.ts'
import type { Db, StoreContext, TenantContext } from './store-context.ts'
import { certificatesOf, readUpwards, readWaysUp } from './upwards.ts'

/** Statements that are run for every certificate. */
function issuerStatements({ database }: StoreContext) {
  return {
    version: statement<{ tenant: string }, { issuer_version: number }>((place) =>
      database.kysely.selectFrom('tenant').select('issuer_version').where('id', '=', place('tenant')),
    ),
  }
}

export function issuerStores(context: StoreContext): (tenant: string) => IssuerStore {
  const statements = issuerStatements(context)
  return (tenant) => issuerStore({ ...context, tenant }, statements)
}

function issuerStore(
  { database, tenant }: TenantContext,
  { version }: ReturnType<typeof issuerStatements>,
): IssuerStore {
  const look = oncePerTurn(async (id) => {
    const { rows } = await database.read((db) => version(db, { tenant: id }))
    return rows[0]?.issuer_version
  })
  const versionOf = keptOrRead(database, ['tenant'], look)
  return {
    version: () => {
      const found = versionOf(tenant)
      return typeof found === 'number' ? found : found.then((read = 0) => read)
    },
    activeIssuer: (authority) =>
      database.read(async (db) => {
        const row = await generations(db, tenant)
          .where('authority', '=', authority)
          .where('status', '=', 'active')
          .orderBy('number', 'desc')
          .limit(1)
          .executeTakeFirst()
        return row && storedIssuer(db, tenant, row)
      }),
    generation: (id) =>
      database.read(async (db) => {
        const row = await generations(db, tenant).where('id', '=', id).executeTakeFirst()
        return row && storedIssuer(db, tenant, row)
      }),
  }
}

type GenerationRow = Pick<GenerationTable, (typeof GENERATION_COLUMNS)[number] | 'sealed_key'>

function generations(db: Db, tenant: string) {
  return db
    .selectFrom('generation')
    .select([...GENERATION_COLUMNS, 'sealed_key'])
    .where('tenant', '=', tenant)
}

async function storedIssuer(db: Db, tenant: string, row: GenerationRow): Promise<StoredIssuer | undefined> {
  const { sealed_key, ...generation } = row
  const authority = await db
    .selectFrom('authority')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('id', '=', row.authority)
    .executeTakeFirst()
  if (authority === undefined) return undefined
  const certificates = await certificatesOf(db, tenant, row.id)
  const active = certificates.find((certificate) => certificate.active === 1)
  const { chain, blockedBy } = await readUpwards(db, tenant, active)
  return {
    authority: toAuthority(authority),
    generation: toGeneration(generation),
    certificates: certificates.map(toAuthorityCertificate),
    chain,
    waysUp: await readWaysUp(db, tenant, certificates),
    ...(sealed_key !== null && { sealedKey: sealed_key }),
    ...(blockedBy !== undefined && { blockedBy }),
  }
}

export function findGenerationByPublicId({ database }: StoreContext): FindGenerationByPublicId {
  const find = statement<{ publicId: string }, { tenant: string; generation: string; authority: string }>((place) =>
    database.kysely
      .selectFrom('generation')
      .select(['tenant', 'id as generation', 'authority'])
      .where('public_id', '=', place('publicId')),
  )
  return async (publicId) => {
    // PostgreSQL takes no NUL in a text, and no public id has one.
    if (publicId.includes('\0')) return undefined
    const { rows } = await database.read((db) => find(db, { publicId }))
    const [row] = rows
    return row === undefined || row.tenant === SYSTEM_TENANT ? undefined : { ...row }
  }
}
