import { recordOf } from '../../audit/audit-record.ts'
import type { AccountUnderPolicy, DoorBinding, NewAccount, TenantPolicy } from './account-store.ts'
import type { Acme, AcmeAnswer, KeyRequest } from './acme.ts'
import { AcmeProblem } from './acme-problem.ts'
import { accountUrl } from './addresses.ts'
import { contactsIn } from './contacts.ts'
import { checkBinding, namedBinding } from './external-binding.ts'
import { thumbprintOf } from './jwk.ts'
import type { FlattenedJws } from './jws.ts'
import { isWithin } from './networks.ts'
import { partiesOfPolicy } from './note-exchange.ts'
import { fieldOf, flagOf } from './payload.ts'
import { presentAccount } from './present-account.ts'

/** newAccount, RFC 8555 §7.3: register a key, or find the account that has it. */
export async function newAccount(request: KeyRequest, acme: Acme): Promise<AcmeAnswer> {
  const { jwk, payload, own, at, address } = request
  const thumbprint = thumbprintOf(jwk)
  const directory = own?.policy.publicId
  const known = await acme.door.accountByKey(directory, thumbprint)
  if (known !== undefined) return existing(known, request, acme)
  // First: whose trace is to tell of whatever is refused below.
  const named = await namedBinding(fieldOf(payload, 'externalAccountBinding'), acme)
  if (named !== undefined) request.hear({ about: partiesOfPolicy(named) })
  if (flagOf(payload, 'onlyReturnExisting'))
    throw new AcmeProblem(
      'accountDoesNotExist',
      'There is no account with this key in this directory. Register it, or use the directory that it was registered at.',
    )

  const contacts = contactsIn(payload) ?? []
  acme.pace.check('newAccount', address)
  const by = permitted(request, named, acme)
  const account: NewAccount = {
    id: acme.newId(),
    tenant: by.tenant,
    ...(directory !== undefined && { directory }),
    jwk,
    thumbprint,
    contacts,
    policy: by.policy.id,
    createdAt: at,
    createdFrom: address,
    ...(by.binding && { binding: { id: by.binding.id, name: by.binding.name } }),
    ...(by.jws && { externalAccountBinding: by.jws }),
  }
  const act = { tenant: by.tenant, actor: { kind: 'acme-account', account: account.id }, at } as const
  const object = { type: 'acme-account', id: account.id }
  const details = { policy: by.policy.name, binding: by.binding?.name ?? null, from: address }
  const sooner = await acme
    .domainOf(by.tenant)
    .stores.acmeAccounts.register(account, recordOf(act, { action: 'acme-account.create', object, details }))
  if (sooner !== undefined) return existing(sooner, request, acme)

  const said =
    by.binding === undefined ? 'registered without a binding' : `registered by the binding "${by.binding.name}"`
  const registered = { ...account, status: 'valid' } as const
  request.hear({ signer: { account: registered, policy: by.policy } })
  return {
    status: 201,
    location: accountUrl(acme.url, account.id, directory),
    body: presentAccount(registered, acme.url),
    said,
  }
}

interface Permission extends TenantPolicy {
  readonly binding?: DoorBinding
  readonly jws?: FlattenedJws
}

/** By what somebody may register: a binding, or a policy that is open to the address. */
function permitted(request: KeyRequest, named: DoorBinding | undefined, acme: Acme): Permission {
  const { own, payload, address } = request
  const given = fieldOf(payload, 'externalAccountBinding')
  if (given !== undefined) {
    const { binding, jws } = checkBinding(given, named, request, acme)
    const { tenant, policy } = binding
    refuseDisabled({ tenant, policy })
    return { tenant, policy, binding, jws }
  }
  if (own === undefined) throw bindingNeeded('Accounts are registered here by an external account binding.')
  const { openTo } = own.policy.settings
  if (openTo === undefined)
    throw bindingNeeded(`The policy "${own.policy.name}" takes accounts by an external account binding.`)
  if (!isWithin(openTo, address))
    throw bindingNeeded(
      `The policy "${own.policy.name}" takes accounts without a binding from some networks only, and ${address} is in none of them.`,
    )
  refuseDisabled(own)
  return own
}

function refuseDisabled({ policy }: TenantPolicy): void {
  if (!policy.enabled)
    throw new AcmeProblem('unauthorized', `The policy "${policy.name}" is disabled. Ask who runs this server.`)
}

function bindingNeeded(detail: string): AcmeProblem {
  return new AcmeProblem(
    'externalAccountRequired',
    `${detail} Ask who runs this server for a key id and an HMAC key, and give both to your client (--eab-kid and --eab-hmac-key, or alike).`,
  )
}

/** RFC 8555 §7.3.1: nothing else of the request counts. A key whose account is over opens nothing (RFC 8555 §7.3.6). */
function existing({ account, policy }: AccountUnderPolicy, request: KeyRequest, acme: Acme): AcmeAnswer {
  const { id, status, directory } = account
  request.hear({ signer: { account, policy } })
  if (status !== 'valid')
    throw new AcmeProblem('unauthorized', `The account of this key is ${status}: register with another key.`, {
      status: 401,
    })
  const location = accountUrl(acme.url, id, directory)
  return { status: 200, location, body: presentAccount(account, acme.url), said: 'found by its key' }
}
