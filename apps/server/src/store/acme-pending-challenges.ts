import { recordOf } from '../audit/audit-record.ts'
import { type ProblemDocument, partProblem } from '../protocols/acme/acme-problem.ts'
import type { ChallengeOutcome, ClaimedChallenge, PendingChallenges } from '../protocols/acme/pending-challenges.ts'
import type { AcmeAccountTable, AcmeAuthorizationTable, AcmeChallengeTable, AcmePolicyTable } from './acme-schema.ts'
import { fromJson, toJson } from './json.ts'
import type { StoreContext, Trx } from './store-context.ts'

/** So long an authorization holds that was proven; policy and template are asked again with each order. */
const PROVEN_MS = 30 * 86_400_000

/** Across tenants, for the job that looks at challenges. */
export function pendingChallenges(context: StoreContext): PendingChallenges {
  const { database } = context
  return {
    claim: (now, leaseMs, limit) =>
      database.write(async (trx) => {
        const claimed = await trx
          .updateTable('acme_challenge')
          .set((eb) => ({
            due_at: now + leaseMs,
            leased: 1,
            attempts: eb('attempts', '+', 1),
            claim: eb('claim', '+', 1),
          }))
          .where('id', 'in', (eb) =>
            eb
              .selectFrom(inTurns(trx, now, leaseMs).as('turns'))
              .select('turns.id')
              .where('turns.due_at', '<=', now)
              .orderBy('turns.turn')
              .orderBy('turns.due_at')
              .orderBy('turns.id')
              .limit(limit),
          )
          // Said again for the row itself: another process may have claimed it since the list was made.
          .where('due_at', '<=', now)
          .returningAll()
          .execute()
        return withWhatTheyAreFor(trx, claimed)
      }),
    settle: async (claimed, outcome) => {
      try {
        return await database.write((trx) => settle(trx, claimed, outcome, context))
      } catch (error) {
        if (error instanceof AuthorizationEnded) return false
        throw error
      }
    },
    retry: async ({ id, claim }, dueAt, error) => {
      await database.write((trx) =>
        trx
          .updateTable('acme_challenge')
          .set({ due_at: dueAt, leased: 0, error: toJson<ProblemDocument>(partProblem(error.type, error.detail)) })
          .where('id', '=', id)
          .where('claim', '=', claim)
          .where('status', '=', 'processing')
          .execute(),
      )
    },
    nextDueAt: () =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('acme_challenge')
          .select('due_at')
          .where('due_at', 'is not', null)
          .orderBy('due_at')
          .limit(1)
          .executeTakeFirst()
        return row?.due_at ?? undefined
      }),
  }
}

/**
 * What is due with its turn among those of its account, what is looked at now counted first: an account that fills all places with
 * servers that never answer waits behind every other.
 */
function inTurns(trx: Trx, now: number, leaseMs: number) {
  return (
    trx
      .selectFrom('acme_challenge')
      .select(['id', 'due_at'])
      .select((eb) =>
        eb.fn
          .agg<number>('row_number')
          .over((over) => over.partitionBy('account').orderBy('leased', 'desc').orderBy('due_at').orderBy('id'))
          .as('turn'),
      )
      .where('due_at', 'is not', null)
      // A lease ends no later than this: the index on the time finds both.
      .where('due_at', '<=', now + leaseMs)
      .where((eb) => eb.or([eb('leased', '=', 1), eb('due_at', '<=', now)]))
  )
}

class AuthorizationEnded extends Error {}

function endOf({ at, until = Number.POSITIVE_INFINITY }: Extract<ChallengeOutcome, { result: 'valid' }>): number {
  return Math.min(at + PROVEN_MS, until)
}

/** Those whose account or policy is gone are nobody's any more: they are over. */
async function withWhatTheyAreFor(trx: Trx, rows: readonly AcmeChallengeTable[]): Promise<readonly ClaimedChallenge[]> {
  const claimed: ClaimedChallenge[] = []
  for (const row of rows.toSorted((a, b) => (a.started_at ?? 0) - (b.started_at ?? 0) || (a.id < b.id ? -1 : 1))) {
    const around = await trx
      .selectFrom('acme_authorization')
      .innerJoin('acme_account', 'acme_account.id', 'acme_authorization.account')
      .innerJoin('acme_policy', 'acme_policy.id', 'acme_authorization.policy')
      .selectAll('acme_authorization')
      .select(['acme_account.thumbprint', 'acme_account.directory', 'acme_policy.settings'])
      .where('acme_authorization.id', '=', row.authorization)
      .where('acme_authorization.tenant', '=', row.tenant)
      .where('acme_authorization.status', '=', 'pending')
      .where('acme_account.status', '=', 'valid')
      .executeTakeFirst()
    if (around === undefined) {
      await trx
        .updateTable('acme_challenge')
        .set({ due_at: null, leased: 0, status: 'invalid' })
        .where('id', '=', row.id)
        .execute()
    } else claimed.push(toClaimed(row, around))
  }
  return claimed
}

/** What a challenge is for: its authorization, its account and its policy. */
type Around = AcmeAuthorizationTable &
  Pick<AcmeAccountTable, 'thumbprint' | 'directory'> &
  Pick<AcmePolicyTable, 'settings'>

function toClaimed(row: AcmeChallengeTable, around: Around): ClaimedChallenge {
  const { caaIdentities, homeLabNames } = fromJson(around.settings)
  const { token, type } = row
  return {
    id: row.id,
    claim: row.claim,
    tenant: row.tenant,
    policy: around.policy,
    account: around.account,
    authorization: around.id,
    order: around.order,
    attempts: row.attempts,
    startedAt: row.started_at ?? 0,
    challenge: {
      identifier: { type: around.type, value: around.value },
      wildcard: around.wildcard === 1,
      type,
      token,
      keyAuthorization: token === '' ? '' : `${token}.${around.thumbprint}`,
      thumbprint: around.thumbprint,
      settings: { caaIdentities, homeLabNames },
    },
    ...(around.directory !== '' && { directory: around.directory }),
  }
}

async function settle(
  trx: Trx,
  claimed: ClaimedChallenge,
  outcome: ChallengeOutcome,
  { audit }: StoreContext,
): Promise<boolean> {
  const { id, claim, tenant, authorization, account, challenge } = claimed
  const { at, result } = outcome
  const held = await trx
    .updateTable('acme_challenge')
    .set({
      status: result,
      due_at: null,
      leased: 0,
      error:
        outcome.result === 'invalid'
          ? toJson<ProblemDocument>(partProblem(outcome.error.type, outcome.error.detail))
          : null,
      validated_at: result === 'valid' ? at : null,
    })
    .where('id', '=', id)
    .where('claim', '=', claim)
    .where('status', '=', 'processing')
    // The account may have been ended, and what it asked for with it.
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('acme_authorization')
          .innerJoin('acme_account', 'acme_account.id', 'acme_authorization.account')
          .select('acme_authorization.id')
          .where('acme_authorization.id', '=', authorization)
          .where('acme_authorization.status', '=', 'pending')
          .where('acme_authorization.expires_at', '>', at)
          .where('acme_account.status', '=', 'valid'),
      ),
    )
    .executeTakeFirstOrThrow()
  if (held.numUpdatedRows === 0n) return false
  const { numUpdatedRows } = await trx
    .updateTable('acme_authorization')
    .set({ status: result, ...(outcome.result === 'valid' && { validated_at: at, expires_at: endOf(outcome) }) })
    .where('id', '=', authorization)
    .where('tenant', '=', tenant)
    .where('status', '=', 'pending')
    .executeTakeFirstOrThrow()
  // It was given back between the two statements: by throwing, nothing of this is kept.
  if (numUpdatedRows === 0n) throw new AuthorizationEnded()
  await trx.deleteFrom('acme_challenge').where('authorization', '=', authorization).where('id', '<>', id).execute()
  const { type, identifier, wildcard } = challenge
  const name = wildcard ? `*.${identifier.value}` : identifier.value
  await audit.record(
    trx,
    tenant,
    recordOf(
      { tenant, actor: { kind: 'acme-account', account }, at },
      {
        action: result === 'valid' ? 'acme-authorization.prove' : 'acme-authorization.fail',
        object: { type: 'acme-authorization', id: authorization },
        details: { name, challenge: type },
      },
    ),
  )
  return true
}
