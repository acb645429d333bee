import { type Expression, expressionBuilder, type Kysely, type SqlBool, sql } from 'kysely'
import type { AuthorityStatus } from '../issuers/authority.ts'
import { insertNames } from './certificate-names.ts'
import type { IntentRow } from './certificate-rows.ts'
import { INTENT_COLUMNS } from './certificate-rows.ts'
import { EVERYBODY } from './compromised-keys.ts'
import type { Json } from './json.ts'
import type { Tables } from './schema.ts'
import { type Place, placesOf, type Statement, statement } from './statement.ts'
import type { StoreContext, Trx } from './store-context.ts'

interface IssuedValues {
  tenant: string
  id: string
  der: Uint8Array
  fingerprint: Uint8Array
  issued_at: number
  names: Json<readonly string[]>
}

/** What is run for every certificate. */
export interface IssuanceStatements {
  /** No row when something is in its way: a spent grant or serial, a compromised key, another tenant's CA, one that is not active. */
  readonly insertIntent: Statement<IntentRow, unknown>
  /** The same for the certificate of a service, which archived CAs go on having. */
  readonly insertServiceIntent: Statement<IntentRow, unknown>
  /** The same for an intent under a template, which must still be there. */
  readonly insertTemplateIntent: Statement<IntentRow, unknown>
  /** No row unless it is an intent, and its key not known to be compromised by now. */
  readonly updateIssued: Statement<IssuedValues, { request: string | null }>
  insertNames(trx: Trx, tenant: string, certificate: string, keys: readonly string[]): Promise<void>
}

export function issuanceStatements(context: StoreContext): IssuanceStatements {
  const { kysely } = context.database
  const insert = (select: (place: Place<IntentRow>) => Expression<unknown>) =>
    statement<IntentRow, unknown>((place) =>
      kysely
        .insertInto('certificate')
        .columns(INTENT_COLUMNS)
        .expression(select(place))
        .onConflict((conflict) => conflict.doNothing()),
    )
  return {
    insertIntent: insert((place) => whereAllowed(kysely, place, ['active'])),
    insertServiceIntent: insert((place) => whereAllowed(kysely, place, ['active', 'archived'])),
    insertTemplateIntent: insert((place) =>
      whereAllowed(kysely, place, ['active']).where(({ exists, selectFrom }) =>
        exists(
          selectFrom('template')
            .select('template.id')
            .where('template.tenant', '=', place('tenant'))
            .where('template.id', '=', sql<string>`${place('template')}`),
        ),
      ),
    ),
    updateIssued: statement((place) =>
      kysely
        .updateTable('certificate')
        .set({
          state: 'issued',
          der: place('der'),
          fingerprint: place('fingerprint'),
          issued_at: place('issued_at'),
          names: place('names'),
          tbs: null,
          deadline_at: null,
        })
        .where('tenant', '=', place('tenant'))
        .where('id', '=', place('id'))
        .where('state', '=', 'intent')
        .where(notCompromised(sql.ref('certificate.public_key_hash'), place('tenant')))
        .returning(['request']),
    ),
    insertNames: namesInserter(context),
  }
}

/**
 * The row of an intent, if its CA is in one of these states and its key is not known to be compromised. One statement asks and
 * answers: whether anything forbids it is not asked first, to be true or not a moment later.
 */
function whereAllowed(kysely: Kysely<Tables>, place: Place<IntentRow>, statuses: readonly AuthorityStatus[]) {
  return kysely
    .selectFrom('generation')
    .select(placesOf(place, INTENT_COLUMNS))
    .where('generation.id', '=', place('generation'))
    .where('generation.tenant', '=', place('tenant'))
    .where('generation.authority', '=', place('authority'))
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('authority')
          .select('authority.id')
          .where('authority.tenant', '=', place('tenant'))
          .where('authority.id', '=', place('authority'))
          .where(
            'authority.status',
            'in',
            statuses.map((status) => sql.lit(status)),
          ),
      ),
    )
    .where(notCompromised(place('public_key_hash'), place('tenant')))
}

/** Neither this tenant nor everybody refuses to certify the key of this hash. */
function notCompromised(publicKeyHash: Expression<Uint8Array | null>, tenant: Expression<string>): Expression<SqlBool> {
  const { not, exists, selectFrom } = expressionBuilder<Tables>()
  return not(
    exists(
      selectFrom('compromised_key')
        .select('since')
        .where('compromised_key.public_key_hash', '=', publicKeyHash)
        .where('compromised_key.tenant', 'in', [sql.val(EVERYBODY), tenant]),
    ),
  )
}

/** Most certificates have a few keys: for so many the statements are kept. */
const KEPT = 8

type NameValues = Readonly<Record<string, string>>

function namesInserter({ database: { kysely } }: StoreContext): IssuanceStatements['insertNames'] {
  const kept = Array.from({ length: KEPT + 1 }, (_, length) =>
    statement<NameValues, unknown>((place) =>
      kysely.insertInto('certificate_name').values(
        Array.from({ length }, (_row, at) => ({
          tenant: place('tenant'),
          key: place(`key${at}`),
          certificate: place('certificate'),
        })),
      ),
    ),
  )
  return async (trx, tenant, certificate, keys) => {
    if (keys.length === 0) return
    const insert = kept[keys.length]
    if (insert === undefined) {
      const names = keys.map((key) => ({ certificate, key }))
      await insertNames(trx, tenant, names)
    } else {
      const values: Record<string, string> = { tenant, certificate }
      for (let at = 0; at < keys.length; at++) values[`key${at}`] = keys[at] ?? ''
      await insert(trx, values)
    }
  }
}
