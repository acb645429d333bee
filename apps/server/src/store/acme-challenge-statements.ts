import type { AcmeAccountTable, AcmeAuthorizationTable, AcmeChallengeTable, AcmePolicyTable } from './acme-schema.ts'
import { type Place, type Statement, statement } from './statement.ts'
import type { StoreContext } from './store-context.ts'

/** What a challenge is for: its authorization, its account and its policy. */
export type Around = AcmeAuthorizationTable &
  Pick<AcmeAccountTable, 'thumbprint' | 'directory'> &
  Pick<AcmePolicyTable, 'settings'>

interface Claim {
  now: number
  /** When the lease ends. */
  until: number
  limit: number
}

interface Held extends Pick<AcmeChallengeTable, 'id' | 'authorization'> {
  at: number
  /** When the lease ends. */
  until: number
}

interface Settled
  extends Pick<AcmeChallengeTable, 'id' | 'claim' | 'authorization' | 'error' | 'started_at' | 'validated_at'> {
  status: 'valid' | 'invalid'
  at: number
}

/** What is run for every challenge that is looked at. */
export interface ChallengeStatements {
  readonly claim: Statement<Claim, AcmeChallengeTable>
  /** None when that ended: its challenge is nobody's. */
  readonly around: Statement<{ tenant: string; authorization: string; now: number }, Around>
  /** One that is pending, and under a lease from now on. */
  readonly hold: Statement<Held, Pick<AcmeChallengeTable, 'claim' | 'attempts'>>
  readonly settle: Statement<Settled, unknown>
  /** Of those that were pending. */
  readonly prove: Statement<{ tenant: string; authorization: string; at: number; until: number }, unknown>
  readonly fail: Statement<{ tenant: string; authorization: string }, unknown>
  readonly dropOthers: Statement<{ id: string; authorization: string }, unknown>
}

export function challengeStatements({ database: { kysely } }: StoreContext): ChallengeStatements {
  return {
    claim: statement((place) =>
      kysely
        .updateTable('acme_challenge')
        .set((eb) => ({
          due_at: place('until'),
          leased: 1,
          attempts: eb('attempts', '+', 1),
          claim: eb('claim', '+', 1),
        }))
        .where('id', 'in', (eb) =>
          eb
            .selectFrom(inTurns(kysely, place).as('turns'))
            .select('turns.id')
            .where('turns.due_at', '<=', place('now'))
            .orderBy('turns.turn')
            .orderBy('turns.due_at')
            .orderBy('turns.id')
            .limit(place('limit')),
        )
        // Said again for the row itself: another process may have claimed it since the list was made.
        .where('due_at', '<=', place('now'))
        .returningAll(),
    ),
    around: statement((place) =>
      kysely
        .selectFrom('acme_authorization')
        .innerJoin('acme_account', 'acme_account.id', 'acme_authorization.account')
        .innerJoin('acme_policy', 'acme_policy.id', 'acme_authorization.policy')
        .selectAll('acme_authorization')
        .select(['acme_account.thumbprint', 'acme_account.directory', 'acme_policy.settings'])
        .where('acme_authorization.id', '=', place('authorization'))
        .where('acme_authorization.tenant', '=', place('tenant'))
        .where('acme_authorization.status', '=', 'pending')
        .where('acme_authorization.expires_at', '>', place('now'))
        .where('acme_account.status', '=', 'valid'),
    ),
    hold: holdStatement(kysely),
    settle: settleStatement(kysely),
    ...authorizationEnds(kysely),
    dropOthers: statement((place) =>
      kysely
        .deleteFrom('acme_challenge')
        .where('authorization', '=', place('authorization'))
        .where('id', '<>', place('id')),
    ),
  }
}

type Building = StoreContext['database']['kysely']

function holdStatement(kysely: Building): ChallengeStatements['hold'] {
  return statement((place) =>
    kysely
      .updateTable('acme_challenge')
      .set({ status: 'processing', started_at: place('at'), due_at: place('until'), leased: 1, attempts: 1, claim: 1 })
      .where('id', '=', place('id'))
      .where('status', '=', 'pending')
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom('acme_authorization')
            .select('acme_authorization.id')
            .where('acme_authorization.id', '=', place('authorization'))
            .where('acme_authorization.status', '=', 'pending')
            .where('acme_authorization.expires_at', '>', place('at')),
        ),
      )
      .returning(['claim', 'attempts']),
  )
}

function settleStatement(kysely: Building): ChallengeStatements['settle'] {
  return statement((place) =>
    kysely
      .updateTable('acme_challenge')
      .set({
        status: place('status'),
        due_at: null,
        leased: 0,
        error: place('error'),
        started_at: place('started_at'),
        validated_at: place('validated_at'),
      })
      .where('id', '=', place('id'))
      .where('claim', '=', place('claim'))
      // Pending: one that nobody claimed.
      .where('status', 'in', ['pending', 'processing'])
      // The account may have been ended, and what it asked for with it.
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom('acme_authorization')
            .innerJoin('acme_account', 'acme_account.id', 'acme_authorization.account')
            .select('acme_authorization.id')
            .where('acme_authorization.id', '=', place('authorization'))
            .where('acme_authorization.status', '=', 'pending')
            .where('acme_authorization.expires_at', '>', place('at'))
            .where('acme_account.status', '=', 'valid'),
        ),
      ),
  )
}

function authorizationEnds(kysely: Building): Pick<ChallengeStatements, 'prove' | 'fail'> {
  return {
    prove: statement((place) =>
      kysely
        .updateTable('acme_authorization')
        .set({ status: 'valid', validated_at: place('at'), expires_at: place('until') })
        .where('id', '=', place('authorization'))
        .where('tenant', '=', place('tenant'))
        .where('status', '=', 'pending'),
    ),
    fail: statement((place) =>
      kysely
        .updateTable('acme_authorization')
        .set({ status: 'invalid' })
        .where('id', '=', place('authorization'))
        .where('tenant', '=', place('tenant'))
        .where('status', '=', 'pending'),
    ),
  }
}

/**
 * What is due with its turn among those of its account, what is looked at now counted first: an account that fills all places with
 * servers that never answer waits behind every other.
 */
function inTurns(kysely: Building, place: Place<Claim>) {
  return (
    kysely
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
      .where('due_at', '<=', place('until'))
      .where((eb) => eb.or([eb('leased', '=', 1), eb('due_at', '<=', place('now'))]))
  )
}
