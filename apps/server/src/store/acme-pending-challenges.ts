import { recordOf } from '../audit/audit-record.ts'
import { type ProblemDocument, partProblem } from '../protocols/acme/acme-problem.ts'
import type { ValidationError } from '../protocols/acme/challenge-validation.ts'
import type { ChallengeOutcome, ClaimedChallenge, PendingChallenges } from '../protocols/acme/pending-challenges.ts'
import { type Around, type ChallengeStatements, challengeStatements } from './acme-challenge-statements.ts'
import type { AcmeChallengeTable } from './acme-schema.ts'
import { fromJson, toJson } from './json.ts'
import type { StoreContext, Trx } from './store-context.ts'

/** So long an authorization holds that was proven; policy and template are asked again with each order. */
const PROVEN_MS = 30 * 86_400_000

/** Across tenants, for the job that looks at challenges. */
export function pendingChallenges(context: StoreContext): PendingChallenges {
  const { database } = context
  const statements = challengeStatements(context)
  return {
    claim: (now, leaseMs, limit) =>
      database.write(async (trx) => {
        const { rows } = await statements.claim(trx, { now, until: now + leaseMs, limit })
        return withWhatTheyAreFor(trx, rows, now, statements)
      }),
    hold: (ready, leaseMs) =>
      database.write(async (trx) => {
        const { id, authorization, startedAt } = ready
        const { rows } = await statements.hold(trx, { id, authorization, at: startedAt, until: startedAt + leaseMs })
        const [row] = rows
        return row && { ...ready, claim: row.claim, attempts: row.attempts }
      }),
    settle: async (claimed, outcome) => {
      try {
        return await database.write((trx) => settle(trx, claimed, outcome, context, statements))
      } catch (error) {
        if (error instanceof AuthorizationEnded) return false
        throw error
      }
    },
    retry: (claimed, dueAt, error) => database.write((trx) => retry(trx, claimed, dueAt, error)),
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

class AuthorizationEnded extends Error {}

function endOf({ at, until = Number.POSITIVE_INFINITY }: Extract<ChallengeOutcome, { result: 'valid' }>): number {
  return Math.min(at + PROVEN_MS, until)
}

/** Those whose account or policy is gone, or whose authorization expired, are nobody's any more: they are over. */
async function withWhatTheyAreFor(
  trx: Trx,
  rows: readonly AcmeChallengeTable[],
  now: number,
  statements: ChallengeStatements,
): Promise<readonly ClaimedChallenge[]> {
  const claimed: ClaimedChallenge[] = []
  for (const row of rows.toSorted((a, b) => (a.started_at ?? 0) - (b.started_at ?? 0) || (a.id < b.id ? -1 : 1))) {
    const { authorization, tenant } = row
    const [around] = (await statements.around(trx, { tenant, authorization, now })).rows
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

/** One that nobody claimed is begun by this: it was looked at once. Whether it was put off: what expires first is looked at no more. */
async function retry(
  trx: Trx,
  { id, claim, authorization, startedAt, attempts }: ClaimedChallenge,
  dueAt: number,
  error: ValidationError,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('acme_challenge')
    .set({
      status: 'processing',
      started_at: startedAt,
      due_at: dueAt,
      leased: 0,
      attempts,
      error: toJson<ProblemDocument>(partProblem(error.type, error.detail)),
    })
    .where('id', '=', id)
    .where('claim', '=', claim)
    .where('status', 'in', ['pending', 'processing'])
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('acme_authorization')
          .select('acme_authorization.id')
          .where('acme_authorization.id', '=', authorization)
          .where('acme_authorization.status', '=', 'pending')
          .where('acme_authorization.expires_at', '>', dueAt),
      ),
    )
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

async function settle(
  trx: Trx,
  claimed: ClaimedChallenge,
  outcome: ChallengeOutcome,
  { audit }: StoreContext,
  statements: ChallengeStatements,
): Promise<boolean> {
  const { id, claim, tenant, authorization, account, startedAt, challenge } = claimed
  const { at, result } = outcome
  const held = await statements.settle(trx, {
    ...{ id, claim, authorization, at, status: result, started_at: startedAt },
    error:
      outcome.result === 'invalid'
        ? toJson<ProblemDocument>(partProblem(outcome.error.type, outcome.error.detail))
        : null,
    validated_at: result === 'valid' ? at : null,
  })
  if (held.numAffectedRows !== 1n) return false
  const ended =
    outcome.result === 'valid'
      ? await statements.prove(trx, { tenant, authorization, at, until: endOf(outcome) })
      : await statements.fail(trx, { tenant, authorization })
  // It was given back between the two statements: by throwing, nothing of this is kept.
  if (ended.numAffectedRows !== 1n) throw new AuthorizationEnded()
  await statements.dropOthers(trx, { id, authorization })
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
