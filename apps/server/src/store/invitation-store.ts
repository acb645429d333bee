import { Refusal } from '@chancery/pki'
import type { Invitation, InvitationStore } from '../accounts/invitation-store.ts'
import { putMail, withdrawMails } from './mail-store.ts'
import { checkScopes, holdMembers, rolesOf } from './membership-rows.ts'
import { pageById } from './page-cursor.ts'
import type { InvitationTable } from './people-schema.ts'
import { putEvent } from './put-event.ts'
import type { Db, TenantContext, Trx } from './store-context.ts'

/** Invitations that wait in a tenant at one time. */
const MOST_INVITATIONS = 1_000

export function invitationStore(context: TenantContext): InvitationStore {
  return { ...lists(context), ...changes(context) }
}

function changes(context: TenantContext) {
  const { database, tenant, audit } = context
  return {
    create: (invitation, judge, record, mail) =>
      database.write(async (trx) => {
        await audit.recordCreation(trx, tenant, record)
        await holdMembers(trx, tenant)
        const by = await rolesOf(trx, tenant, invitation.invitedBy)
        judge(by, invitation)
        await checkScopes(trx, tenant, [invitation])
        const replaced = await removeSame(trx, tenant, invitation)
        if (replaced !== undefined) {
          if (replaced.expiresAt > invitation.createdAt) judge(by, replaced)
          await withdrawMails(trx, { tenant, about: replaced.id }, invitation.createdAt)
        }
        await checkRoom(trx, tenant)
        await trx
          .insertInto('invitation')
          .values(toRow({ ...invitation, tenant }))
          .execute()
        await putMail(trx, mail)
        const happened = { event: 'member.invited', object: invitation.id, at: invitation.createdAt } as const
        await putEvent(trx, { tenant, ...happened }, context)
      }),
    renew: (id, { secretHash, expiresAt, by }, judge, record, mail) =>
      database.write(async (trx) => {
        await holdMembers(trx, tenant)
        const row = await trx
          .updateTable('invitation')
          .set({ secret_hash: secretHash, expires_at: expiresAt, invited_by: by })
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst()
        if (row === undefined) return undefined
        judge(await rolesOf(trx, tenant, by), toInvitation(row))
        await putMail(trx, mail)
        await audit.record(trx, tenant, record)
        return toInvitation(row)
      }),
    remove: (id, by, judge, record) =>
      database.write(async (trx) => {
        await holdMembers(trx, tenant)
        const row = await trx
          .deleteFrom('invitation')
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst()
        if (row === undefined) return false
        judge(await rolesOf(trx, tenant, by), toInvitation(row))
        await withdrawMails(trx, { tenant, about: id }, record.act.at)
        await audit.record(trx, tenant, record)
        return true
      }),
  } satisfies Partial<InvitationStore>
}

function lists({ database, tenant }: TenantContext) {
  return {
    find: (id) =>
      database.read(async (db) => {
        const row = await invitations(db, tenant).where('id', '=', id).executeTakeFirst()
        return row && toInvitation(row)
      }),
    list: (page) => {
      const read = (limit: number, before: string | undefined) =>
        database.read((db) => {
          const rows = invitations(db, tenant)
          return (before === undefined ? rows : rows.where('id', '<', before))
            .orderBy('id', 'desc')
            .limit(limit)
            .execute()
        })
      return pageById(page, read, toInvitation)
    },
  } satisfies Partial<InvitationStore>
}

function invitations(db: Db, tenant: string) {
  return db.selectFrom('invitation').selectAll().where('tenant', '=', tenant)
}

/** The invitation of the same address for the same scope, whose place another takes. */
async function removeSame(
  trx: Trx,
  tenant: string,
  { email, authority = '' }: Invitation,
): Promise<Invitation | undefined> {
  const row = await trx
    .deleteFrom('invitation')
    .where('tenant', '=', tenant)
    .where('email', '=', email)
    .where('authority', '=', authority)
    .returningAll()
    .executeTakeFirst()
  return row && toInvitation(row)
}

async function checkRoom(trx: Trx, tenant: string): Promise<void> {
  const { count } = await trx
    .selectFrom('invitation')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('tenant', '=', tenant)
    .executeTakeFirstOrThrow()
  if (count < MOST_INVITATIONS) return
  throw new Refusal(
    'not-permitted',
    `A tenant has at most ${MOST_INVITATIONS} invitations at a time: remove some first.`,
  )
}

function toRow({
  authority,
  bound,
  provider,
  secretHash,
  invitedBy,
  createdAt,
  expiresAt,
  ...same
}: Invitation & { readonly secretHash: Uint8Array }): InvitationTable {
  return {
    ...same,
    authority: authority ?? '',
    bound: bound ? 1 : 0,
    provider: provider ?? null,
    secret_hash: secretHash,
    invited_by: invitedBy,
    created_at: createdAt,
    expires_at: expiresAt,
  }
}

export function toInvitation(row: InvitationTable): Invitation {
  const { id, tenant, email, role, authority, bound, provider } = row
  return {
    id,
    tenant,
    email,
    role,
    ...(authority !== '' && { authority }),
    bound: bound === 1,
    ...(provider !== null && { provider }),
    invitedBy: row.invited_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
