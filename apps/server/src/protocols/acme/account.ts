import { type AuditRecord, recordOf } from '../../audit/audit-record.ts'
import type { Account } from './account-store.ts'
import type { AccountRequest, Acme, AcmeAnswer } from './acme.ts'
import { AcmeProblem } from './acme-problem.ts'
import { accountUrl } from './addresses.ts'
import { contactsIn } from './contacts.ts'
import { textOf } from './payload.ts'
import { presentAccount } from './present-account.ts'

/** An account: shown, its contacts changed (RFC 8555 §7.3.2), or deactivated (RFC 8555 §7.3.6). Fields that are not known count for nothing. */
export async function showAccount(request: AccountRequest, acme: Acme): Promise<AcmeAnswer> {
  const { payload, account } = request
  checkOwn(request)
  if (payload === undefined) return shown(account, acme, 'shown')
  const status = textOf(payload, 'status')
  if (status === 'deactivated') return deactivated(request, acme)
  if (status !== undefined && status !== account.status)
    throw new AcmeProblem(
      'malformed',
      `An account can be "deactivated" by its client, and not made "${status.slice(0, 50)}".`,
    )
  const contacts = contactsIn(payload)
  if (contacts === undefined) return shown(account, acme, 'shown')
  await request.domain.stores.acmeAccounts.setContacts(account.id, contacts, recordIn(request, 'acme-account.change'))
  return shown({ ...account, contacts }, acme, `contacts changed to ${contacts.length} addresses`)
}

async function deactivated(request: AccountRequest, acme: Acme): Promise<AcmeAnswer> {
  const { account, domain } = request
  await domain.stores.acmeAccounts.deactivate(account.id, recordIn(request, 'acme-account.deactivate'))
  return shown({ ...account, status: 'deactivated' }, acme, 'deactivated by its client')
}

function shown(account: Account, { url }: Acme, said: string): AcmeAnswer {
  const location = accountUrl(url, account.id, account.directory)
  return { status: 200, body: presentAccount(account, url), location, said }
}

/** The address of another account tells nothing, not even whether it is there. Throws `AcmeProblem` 'unauthorized'. */
export function checkOwn({ account, params }: AccountRequest): void {
  if (params['id'] === account.id) return
  throw new AcmeProblem(
    'unauthorized',
    'This is not the account that signed the request. Sign by the key of the account in the address.',
  )
}

/** The record of what an account does to itself. */
export function recordIn({ account, at }: AccountRequest, action: string): AuditRecord {
  const act = { tenant: account.tenant, actor: { kind: 'acme-account', account: account.id }, at } as const
  return recordOf(act, { action, object: { type: 'acme-account', id: account.id } })
}
