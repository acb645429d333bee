import type { AuditRecord } from '../audit/audit-record.ts'

/** Whether anybody may register: a setting of the installation, which an operator changes. Closed until then. */
export interface RegistrationStore {
  isOpen(): Promise<boolean>
  set(open: boolean, record: AuditRecord): Promise<void>
}
