import type { Kysely } from 'kysely'
import type { AcmePolicy } from '../acme-policies/acme-policy.ts'
import type { AccountUnderPolicy, AcmeDoor, DoorBinding, FoundCertificate } from '../protocols/acme/account-store.ts'
import { type PolicyRow, toPolicy } from './acme-policy-store.ts'
import type { AcmeAccountTable, AcmePolicyTable } from './acme-schema.ts'
import { fromJson } from './json.ts'
import { keptRead } from './kept-reads.ts'
import type { CertificateTable, Tables } from './schema.ts'
import { statement } from './statement.ts'
import type { Db, StoreContext, Trx } from './store-context.ts'
import { present } from './without-nulls.ts'

/** Across tenants: who asks is known by what the request carries. */
export function acmeDoor({ database }: StoreContext): AcmeDoor {
  const { kysely } = database
  const toKnownPolicy = knownPolicies()
  const byId = statement<{ id: string }, AccountRow>((place) =>
    accountsWithPolicy(kysely).where('acme_account.id', '=', place('id')),
  )
  const byPublicId = statement<{ publicId: string }, AcmePolicyTable>((place) =>
    kysely.selectFrom('acme_policy').selectAll().where('public_id', '=', place('publicId')),
  )
  const byKey = statement<{ directory: string; thumbprint: string }, { id: string }>((place) =>
    kysely
      .selectFrom('acme_account')
      .select('id')
      .where(({ or, eb }) => or([eb('directory', '=', ''), eb('directory', '=', place('directory'))]))
      .where('thumbprint', '=', place('thumbprint'))
      .limit(1),
  )
  return {
    policyByPublicId: keptRead(database, ['acme_policy'], (publicId) =>
      database.read(async (db) => {
        const { rows } = await byPublicId(db, { publicId })
        const [row] = rows
        return row && { tenant: row.tenant, policy: toKnownPolicy(row) }
      }),
    ),
    account: keptRead(database, ['acme_account', 'acme_policy'], (id) =>
      database.read(async (db) => {
        const { rows } = await byId(db, { id })
        return rows[0] && toAccount(rows[0], toKnownPolicy)
      }),
    ),
    accountByKey: (directory, thumbprint) => database.read((db) => accountByKey(db, directory ?? '', thumbprint)),
    isAccountKey: (directory = '', thumbprint) =>
      database.read(async (db) => {
        const { rows } = await byKey(db, { directory, thumbprint })
        return rows.length > 0
      }),
    binding: (kid) => database.read((db) => bindingByKid(db, kid, toKnownPolicy)),
    certificateByFingerprint: (fingerprint) =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('certificate')
          .select(FOUND_COLUMNS)
          .where('fingerprint', '=', fingerprint)
          .where('state', '=', 'issued')
          .executeTakeFirst()
        return row && toFound(row)
      }),
    certificatesBySerial: (serialNumber, of) =>
      database.read(async (db) => {
        // By generation: that is how serial numbers are indexed. Of all CAs, where no policy says which.
        let generations = db.selectFrom('generation')
        if (of !== undefined)
          generations = generations
            .where('generation.tenant', '=', of.tenant)
            .where('generation.authority', '=', of.authority)
        const rows = await generations
          .innerJoin('certificate', 'certificate.generation', 'generation.id')
          .select(FOUND_COLUMNS.map((column) => `certificate.${column}` as const))
          .where('certificate.serial', '=', serialNumber)
          .where('certificate.state', '=', 'issued')
          .limit(10)
          .execute()
        return rows.filter(({ der }) => der !== null).map(toFound)
      }),
  }
}

async function bindingByKid(
  db: Db,
  kid: string,
  policyOf: (row: PolicyRow) => AcmePolicy,
): Promise<DoorBinding | undefined> {
  const row = await db.selectFrom('acme_binding').selectAll().where('kid', '=', kid).executeTakeFirst()
  const policy = row && (await db.selectFrom('acme_policy').selectAll().where('id', '=', row.policy).executeTakeFirst())
  if (row === undefined || policy === undefined) return undefined
  const { id, tenant, name, sealed_key, allowed_uses, uses, expires_at } = row
  return {
    id,
    tenant,
    policy: policyOf(policy),
    name,
    sealedKey: sealed_key,
    uses,
    ...(allowed_uses !== null && { allowedUses: allowed_uses }),
    ...(expires_at !== null && { expiresAt: expires_at }),
  }
}

const FOUND_COLUMNS = ['tenant', 'id', 'authority', 'der', 'revocation', 'evidence'] as const

function toFound(row: Pick<CertificateTable, (typeof FOUND_COLUMNS)[number]>): FoundCertificate {
  const { tenant, id, authority, der, revocation } = row
  const evidence = row.evidence === null ? undefined : fromJson(row.evidence)
  return {
    tenant,
    id,
    authority,
    der: present(der, 'der'),
    isRevoked: revocation === 'revoked',
    ...(evidence?.by === 'acme-order' && { acme: { account: evidence.account, policy: evidence.policy } }),
  }
}

const ACCOUNT_COLUMNS = [
  'acme_account.id',
  'acme_account.tenant',
  'acme_account.directory',
  'acme_account.thumbprint',
  'acme_account.jwk',
  'acme_account.status',
  'acme_account.contacts',
  'acme_account.binding_jws',
  'acme_policy.id as policy_id',
  'acme_policy.public_id as policy_public_id',
  'acme_policy.authority as policy_authority',
  'acme_policy.name as policy_name',
  'acme_policy.enabled as policy_enabled',
  'acme_policy.revision as policy_revision',
  'acme_policy.settings as policy_settings',
] as const

type AccountRow = Pick<
  AcmeAccountTable,
  'id' | 'tenant' | 'directory' | 'thumbprint' | 'jwk' | 'status' | 'contacts' | 'binding_jws'
> & {
  readonly [Name in keyof PolicyRow as `policy_${Name}`]: PolicyRow[Name]
}

/** An account whose policy is gone is revoked, and there is nothing it could do: it is not found. */
function accountsWithPolicy(db: Pick<Kysely<Tables>, 'selectFrom'>) {
  return db
    .selectFrom('acme_account')
    .innerJoin('acme_policy', (join) =>
      join.onRef('acme_policy.id', '=', 'acme_account.policy').onRef('acme_policy.tenant', '=', 'acme_account.tenant'),
    )
    .select(ACCOUNT_COLUMNS)
}

/** The account that has a key in a directory; the shared one is the empty text. */
export async function accountByKey(
  db: Db | Trx,
  directory: string,
  thumbprint: string,
): Promise<AccountUnderPolicy | undefined> {
  const row = await accountsWithPolicy(db)
    .where('acme_account.directory', '=', directory)
    .where('acme_account.thumbprint', '=', thumbprint)
    .executeTakeFirst()
  return row && toAccount(row, toPolicy)
}

function toAccount(row: AccountRow, policyOf: (row: PolicyRow) => AcmePolicy): AccountUnderPolicy {
  const { id, tenant, directory, thumbprint, jwk, status, contacts, binding_jws } = row
  return {
    account: {
      id,
      tenant,
      ...(directory !== '' && { directory }),
      thumbprint,
      jwk: fromJson(jwk),
      status,
      contacts: fromJson(contacts),
      ...(binding_jws !== null && { externalAccountBinding: fromJson(binding_jws) }),
    },
    policy: policyOf({
      id: row.policy_id,
      public_id: row.policy_public_id,
      authority: row.policy_authority,
      name: row.policy_name,
      enabled: row.policy_enabled,
      revision: row.policy_revision,
      settings: row.policy_settings,
    }),
  }
}

/** Policies as their rows were read last: the settings of one are parsed once for each of its revisions. */
function knownPolicies(): (row: PolicyRow) => AcmePolicy {
  const known = new Map<string, { readonly row: PolicyRow; readonly policy: AcmePolicy }>()
  return (row) => {
    const kept = known.get(row.id)
    if (
      kept?.row.revision === row.revision &&
      kept.row.settings === row.settings &&
      kept.row.name === row.name &&
      kept.row.enabled === row.enabled
    )
      return kept.policy
    if (known.size >= MOST_KNOWN) known.clear()
    const policy = toPolicy(row)
    known.set(row.id, { row, policy })
    return policy
  }
}
const MOST_KNOWN = 2_000
