import type { AuditRecord } from '../audit/audit-record.ts'
import type { Page, PageRequest } from '../tenants/page.ts'

export interface Tenant {
  readonly id: string
  readonly name: string
  readonly createdAt: number
}

/** A tenant as such. */
export interface TenantStore {
  show(): Promise<Tenant | undefined>
  rename(name: string, record: AuditRecord): Promise<Tenant | undefined>
}

/** All tenants, for who runs the installation: obtained from `stores.system`. */
export interface TenantRegister {
  /** Newest first. */
  list(page: PageRequest): Promise<Page<Tenant & { readonly members: number }>>
  /** Their names, for those that are there. */
  names(ids: readonly string[]): Promise<ReadonlyMap<string, string>>
  /**
   * A tenant with its owner. `own`: the owner makes it for itself, which each account does once ('conflict'). Throws `Refusal`
   * 'not-found' when there is no such account.
   */
  create(tenant: Tenant & { readonly owner: string; readonly own: boolean }, record: AuditRecord): Promise<void>
}
