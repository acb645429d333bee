import { timingSafeEqual } from 'node:crypto'
import { Refusal } from '@chancery/pki'
import type { Invitation, InvitationDoor, OpenInvitation } from '../accounts/invitation-store.ts'
import { isAtLeast, type ScopedRole } from '../accounts/roles.ts'
import { isUniqueViolation } from './database-errors.ts'
import { toInvitation } from './invitation-store.ts'
import { checkScopes, holdMembers, insertAccount, rolesOf } from './membership-rows.ts'
import type { InvitationTable } from './people-schema.ts'
import type { Db, StoreContext, Trx } from './store-context.ts'

/** Invitations to one address that are looked at. */
const MOST_WAITING = 100

export function invitationDoor({ database, audit }: StoreContext): InvitationDoor {
  return {
    find: (secretHash, now) =>
      database.read(async (db) => {
        const row = await openBySecret(db, secretHash, now)
        return row && describe(db, row)
      }),
    waitingFor: async (email, now) => {
      if (email.includes('\0')) return []
      return await database.read(async (db) => {
        const rows = await db
          .selectFrom('invitation')
          .selectAll()
          .where('email', '=', email)
          .where('expires_at', '>', now)
          .orderBy('id', 'desc')
          .limit(MOST_WAITING)
          .execute()
        const waiting: { readonly invitation: Invitation; readonly inviter: readonly ScopedRole[] }[] = []
        for (const invitation of rows.map(toInvitation)) {
          waiting.push({ invitation, inviter: await rolesOf(db, invitation.tenant, invitation.invitedBy) })
        }
        return waiting
      })
    },
    accept: async ({ secretHash, at, account, made }, judge) => {
      // Which tenant's members are to be held.
      const before = await database.read((db) => openBySecret(db, secretHash, at))
      if (before === undefined) return undefined
      try {
        return await database.write(async (trx) => {
          await holdMembers(trx, before.tenant)
          const invitation = await spend(trx, before, at)
          if (invitation === undefined) return undefined
          const { tenant } = invitation
          const record = judge(await rolesOf(trx, tenant, invitation.invitedBy), invitation)
          await checkScopes(trx, tenant, [invitation]).catch(refuseEnded)
          if (made !== undefined) await insertAccount(trx, made, 0, at)
          await addRole(trx, account, invitation, at)
          await audit.record(trx, tenant, record)
          return invitation
        })
      } catch (error) {
        if (!isUniqueViolation(error)) throw error
        throw new Refusal('conflict', 'There is an account with this address now: sign in, and accept again.')
      }
    },
    forget: (expiredBefore, limit) =>
      database.write(async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('invitation')
          .where('id', 'in', (eb) =>
            eb
              .selectFrom('invitation')
              .select('id')
              .where('expires_at', '<', expiredBefore)
              .orderBy('expires_at')
              .limit(limit),
          )
          .executeTakeFirstOrThrow()
        return Number(numDeletedRows)
      }),
  }
}

async function openBySecret(db: Db, secretHash: Uint8Array, now: number): Promise<InvitationTable | undefined> {
  const row = await db
    .selectFrom('invitation')
    .selectAll()
    .where('secret_hash', '=', secretHash)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row !== undefined && timingSafeEqual(row.secret_hash, secretHash) ? row : undefined
}

/** Of two at once one deletes the row. A secret that was renewed meanwhile is none any more. */
async function spend(trx: Trx, { id, secret_hash }: InvitationTable, at: number): Promise<Invitation | undefined> {
  const row = await trx
    .deleteFrom('invitation')
    .where('id', '=', id)
    .where('secret_hash', '=', secret_hash)
    .where('expires_at', '>', at)
    .returningAll()
    .executeTakeFirst()
  return row && toInvitation(row)
}

function refuseEnded(error: unknown): never {
  if (!(error instanceof Refusal)) throw error
  throw new Refusal('gone', 'The certificate authority that this invitation is for is no longer there.')
}

async function addRole(trx: Trx, account: string, { tenant, role, authority }: Invitation, at: number): Promise<void> {
  const there = (await rolesOf(trx, tenant, account)).find((one) => one.authority === authority)
  if (there !== undefined && isAtLeast(there.role, role)) return
  await trx
    .insertInto('membership')
    .values({ tenant, account, role, authority: authority ?? '', created_at: at })
    .onConflict((conflict) => conflict.columns(['account', 'tenant', 'authority']).doUpdateSet({ role }))
    .execute()
}

async function describe(db: Db, row: InvitationTable): Promise<OpenInvitation | undefined> {
  const named = await db
    .selectFrom('tenant')
    .leftJoin('account as inviter', (join) => join.on('inviter.id', '=', row.invited_by))
    .leftJoin('account as invited', (join) => join.on('invited.email', '=', row.email))
    .leftJoin('authority', (join) =>
      join.on('authority.id', '=', row.authority).onRef('authority.tenant', '=', 'tenant.id'),
    )
    .select([
      'tenant.name as tenant',
      'inviter.name as inviter',
      'invited.id as invited',
      'authority.name as authority',
    ])
    .where('tenant.id', '=', row.tenant)
    .executeTakeFirst()
  if (named === undefined) return undefined
  return {
    ...toInvitation(row),
    tenantName: named.tenant,
    ...(named.inviter !== null && { inviterName: named.inviter }),
    ...(named.authority !== null && { authorityName: named.authority }),
    addressKnown: named.invited !== null,
  }
}
