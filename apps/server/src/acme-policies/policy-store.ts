import type { AuditRecord } from '../audit/audit-record.ts'
import type { Page, PageRequest } from '../tenants/page.ts'
import type { AcmePolicy, AcmePolicyChange } from './acme-policy.ts'

/** ACME policies of a tenant. */
export interface AcmePolicyStore {
  /** Throws `Refusal` 'conflict' for a name that is taken, 'not-found' for a CA that is not there. */
  create(policy: AcmePolicy, createdAt: number, record: AuditRecord): Promise<void>
  find(id: string): Promise<AcmePolicy | undefined>
  /** Newest first. */
  list(
    filter: { readonly authority?: string; readonly authorities?: readonly string[] },
    page: PageRequest,
  ): Promise<Page<AcmePolicy>>
  /** From the revision that its editor saw: 'conflict' for another. `undefined` when there is no such policy. */
  update(id: string, revision: number, change: AcmePolicyChange, record: AuditRecord): Promise<AcmePolicy | undefined>
  /** With its bindings; its accounts are revoked, and what they ordered stays. False when there is no such policy. */
  delete(id: string, record: AuditRecord): Promise<boolean>
}
