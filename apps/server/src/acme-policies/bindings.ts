import type { Sealer } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import { type Act, recordOf } from '../audit/audit-record.ts'
import type { AcmePolicy } from './acme-policy.ts'
import type { Binding } from './binding.ts'
import type { BindingStore } from './binding-store.ts'

/** What bindings need. */
export interface Bindings {
  readonly store: BindingStore
  readonly sealer: Sealer
  readonly newId: () => string
  readonly newPublicId: () => string
  readonly random: (byteCount: number) => Uint8Array
}

/** What somebody wants of a binding. */
export type WantedBinding = Pick<Binding, 'name' | 'allowedUses' | 'expiresAt'>

/** A binding with its HMAC key, base64url: it is shown now, and never again. */
export interface CreatedBinding {
  readonly binding: Binding
  readonly hmacKey: string
}

/** As long as the hash of HS256: RFC 7518 §3.2 wants no less. */
const KEY_OCTETS = 32

/** Makes a binding of a policy. Throws `Refusal` 'malformed' for an end that has passed, 'conflict' for a taken name. */
export async function createBinding(
  wanted: WantedBinding,
  policy: AcmePolicy,
  act: Act,
  { store, sealer, newId, newPublicId, random }: Bindings,
): Promise<CreatedBinding> {
  if (wanted.expiresAt !== undefined && wanted.expiresAt <= act.at) {
    const detail = 'The end of the binding has passed. Choose a later one.'
    throw new Refusal('malformed', detail, [{ field: '/expiresAt', detail }])
  }
  const binding: Binding = { ...wanted, id: newId(), policy: policy.id, kid: newPublicId(), uses: 0, createdAt: act.at }
  const key = newKey(random)
  const sealedKey = sealer.seal(key, contextOf(act.tenant, binding.id))
  const record = recordOf(act, {
    action: 'acme-binding.create',
    object: { type: 'acme-binding', id: binding.id },
    details: { name: binding.name, policy: policy.name, allowedUses: binding.allowedUses ?? null },
  })
  await store.create({ ...binding, sealedKey }, record)
  return { binding, hmacKey: written(key) }
}

/** None that begins with `-` when it is written down: certbot and others would take it for an option of theirs. */
function newKey(random: Bindings['random']): Uint8Array {
  const key = random(KEY_OCTETS)
  return written(key).startsWith('-') ? newKey(random) : key
}

function written(key: Uint8Array): string {
  return Buffer.from(key).toString('base64url')
}

/** A binding of the tenant. Throws `Refusal` 'not-found'. */
export async function findBinding(id: string, { store }: Pick<Bindings, 'store'>): Promise<Binding> {
  const binding = await store.find(id)
  if (binding === undefined) throw notFound()
  return binding
}

/** Deletes a binding: nobody registers by it any more, and accounts that did stay. Throws `Refusal` 'not-found'. */
export async function deleteBinding(
  { id, name }: Binding,
  act: Act,
  { store }: Pick<Bindings, 'store'>,
): Promise<void> {
  const record = recordOf(act, {
    action: 'acme-binding.delete',
    object: { type: 'acme-binding', id },
    details: { name },
  })
  if (!(await store.delete(id, record))) throw notFound()
}

/** Opens the HMAC key of a binding, to check what a new account brings. */
export type BindingKey = (binding: {
  readonly tenant: string
  readonly id: string
  readonly sealedKey: Uint8Array
}) => Uint8Array

export function bindingKeys(sealer: Sealer): BindingKey {
  return ({ tenant, id, sealedKey }) => sealer.open(sealedKey, contextOf(tenant, id))
}

function contextOf(tenant: string, id: string) {
  return { tenant, purpose: 'acme-binding', id } as const
}

function notFound(): Refusal {
  return new Refusal('not-found', 'There is no such external account binding.')
}
