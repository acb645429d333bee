import type { EnrollmentOptions, Profile, Template, TemplateId } from '@chancery/pki'
import type { AuditRecord } from '../audit/audit-record.ts'
import type { Page, PageRequest } from '../tenants/page.ts'

export interface TemplateChange {
  readonly name?: string
  readonly description?: string
  readonly enabled?: boolean
  readonly profile?: Profile
  readonly enrollment?: EnrollmentOptions
}

/** Templates of the tenant's CAs. Names are unique within a CA. */
export interface TemplateStore {
  create(template: Template, createdAt: number, record: AuditRecord): Promise<void>
  find(id: string): Promise<Template | undefined>
  /** Newest first. `authorities`: of any of these CAs. */
  list(
    filter: { readonly authority?: string; readonly authorities?: readonly string[] },
    page: PageRequest,
  ): Promise<Page<Template>>
  /** Only from this revision: 'conflict' when somebody else changed it meanwhile. Returns the next revision. */
  update(id: TemplateId, revision: number, change: TemplateChange, record: AuditRecord): Promise<Template | undefined>
  /** How many certificates from it are alive at `now`: unexpired and not revoked for good, or intents that wait. */
  countLive(id: TemplateId, now: number): Promise<number>
  /** Deletes by the delete rule: 'conflict' when any certificate from it is alive at `now` (judged in the transaction). Pending requests for it are declined. False when there is none. */
  delete(id: TemplateId, now: number, record: AuditRecord): Promise<boolean>
}
