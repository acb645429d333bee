import type { AuditRecord } from '../audit/audit-record.ts'
import type { Page, PageRequest } from '../tenants/page.ts'
import type { Binding } from './binding.ts'

export interface NewBinding extends Binding {
  /** The HMAC key, sealed for `{ tenant, purpose: 'acme-binding', id }`. */
  readonly sealedKey: Uint8Array
}

/** External account bindings of a tenant. */
export interface BindingStore {
  /** Throws `Refusal` 'conflict' for a name that is taken in the policy, 'not-found' for a policy that is gone. */
  create(binding: NewBinding, record: AuditRecord): Promise<void>
  find(id: string): Promise<Binding | undefined>
  /** Newest first. */
  list(policy: string, page: PageRequest): Promise<Page<Binding>>
  /** Nobody registers by it any more; accounts that did stay. False when there is no such binding. */
  delete(id: string, record: AuditRecord): Promise<boolean>
}
