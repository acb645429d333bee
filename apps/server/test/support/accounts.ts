import { generateMasterKey, sealer } from '@chancery/keys'
import type { Invitation } from '../../src/accounts/invitation-store.ts'
import type { Role, ScopedRole } from '../../src/accounts/roles.ts'
import type { NewSession } from '../../src/accounts/session-store.ts'
import type { NewToken } from '../../src/accounts/token-store.ts'
import { type AccountRecord, INSTALLATION_LOG } from '../../src/audit/account-record.ts'
import { mailDesk } from '../../src/mail/mail-desk.ts'
import type { OutgoingMail } from '../../src/mail/mail-store.ts'
import { DAY, NOW, randomBytes } from './samples.ts'
import { newId, type OpenedStores } from './stores.ts'

/** An account past the ports: its id. It is a member of the tenants that are named. */
export async function newAccount(
  { database }: Pick<OpenedStores, 'database'>,
  {
    tenants = [],
    email,
    passwordHash = '',
  }: { tenants?: readonly string[]; email?: string; passwordHash?: string } = {},
): Promise<string> {
  const id = newId()
  const person = {
    id,
    email: email ?? `${id}@example.com`,
    name: 'Ann',
    password_hash: passwordHash,
    operator: 0,
  } as const
  await database.write(async (trx) => {
    await trx
      .insertInto('account')
      .values({ ...person, created_at: NOW })
      .execute()
    for (const tenant of tenants) {
      const row = { tenant, account: id, authority: '', role: 'owner', created_at: NOW } as const
      await trx.insertInto('membership').values(row).execute()
    }
  })
  return id
}

/** The record of something that an account does to itself. */
export function recordOf(account: string, action = 'session.start'): AccountRecord {
  return { account, actor: { kind: 'account', account }, at: NOW, action, object: { type: 'account', id: account } }
}

export function sampleSession(account: string, over: Partial<NewSession> = {}): NewSession {
  return {
    id: newId(),
    account,
    tokenHash: randomBytes(32),
    way: 'password',
    createdAt: NOW,
    expiresAt: NOW + 7 * DAY,
    address: '192.0.2.7',
    userAgent: 'A browser',
    ...over,
  }
}

/** The actions recorded about an account in a log, oldest first. */
export async function actionsIn(
  { database }: Pick<OpenedStores, 'database'>,
  account: string,
  log: string = INSTALLATION_LOG,
): Promise<string[]> {
  const rows = await database.read((db) =>
    db
      .selectFrom('audit_record')
      .select('action')
      .where('tenant', '=', log)
      .where('object_id', '=', account)
      .orderBy('id')
      .execute(),
  )
  return rows.map(({ action }) => action)
}

/** Lets everything be done: what stores ask their callers to judge by. */
export const anyRoles = () => undefined

export function sampleToken(tenant: string, account: string, over: Partial<NewToken> = {}): NewToken {
  return {
    id: newId(),
    tenant,
    account,
    name: 'ci',
    role: 'officer',
    secretHash: randomBytes(32),
    createdAt: NOW,
    expiresAt: NOW + DAY,
    ...over,
  }
}

/** A mail past the desk: what it says is sealed by nobody. */
export function sampleMail(tenant: string, over: Partial<OutgoingMail> = {}): OutgoingMail {
  const id = newId()
  return {
    id,
    tenant,
    kind: 'member-invitation',
    address: `${id}@example.com`,
    about: newId(),
    createdAt: NOW,
    expiresAt: NOW + 7 * DAY,
    sealedBody: randomBytes(40),
    ...over,
  }
}

/** What whoever invites needs beside the store: letters go to a desk of no installation. */
export const inviterParts = {
  newId,
  random: randomBytes,
  mail: mailDesk({ sealer: sealer(generateMasterKey()), newId, delivers: false }),
  url: 'https://pki.example.com',
  namesFor: async () => ({ tenantName: 'Example', inviterName: 'Ann' }),
}

export function sampleInvitation(
  tenant: string,
  invitedBy: string,
  over: Partial<Invitation> = {},
): Invitation & { readonly secretHash: Uint8Array } {
  const id = newId()
  return {
    id,
    tenant,
    email: `${id}@example.com`,
    role: 'officer',
    bound: true,
    invitedBy,
    createdAt: NOW,
    expiresAt: NOW + 7 * DAY,
    secretHash: randomBytes(32),
    ...over,
  }
}

/** Makes an account a member of a tenant past the ports, with these roles alone. */
export async function setRoles(
  { database }: Pick<OpenedStores, 'database'>,
  tenant: string,
  account: string,
  roles: readonly ScopedRole[],
): Promise<void> {
  await database.write(async (trx) => {
    await trx.deleteFrom('membership').where('tenant', '=', tenant).where('account', '=', account).execute()
    for (const { role, authority = '' } of roles) {
      await trx.insertInto('membership').values({ tenant, account, authority, role, created_at: NOW }).execute()
    }
  })
}

/** A member past the ports: its account. */
export async function newMember(
  opened: Pick<OpenedStores, 'database'>,
  tenant: string,
  role: Role,
  authority?: string,
): Promise<string> {
  const account = await newAccount(opened)
  await setRoles(opened, tenant, account, [{ role, ...(authority !== undefined && { authority }) }])
  return account
}
