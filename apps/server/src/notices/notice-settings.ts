import { Refusal } from '@chancery/pki'
import type { AuditRecord } from '../audit/audit-record.ts'
import { checkMailable } from '../mail/mail-desk.ts'

/** What a tenant has people told about certificates. */
export interface NoticeSettings {
  /** Whether anybody is told before a certificate ends. */
  readonly expiring: boolean
  /** How many days before the end: each tells once. From most to least. */
  readonly days: readonly number[]
  /** Whether whoever asked for the certificate is told, where their address is known. */
  readonly requester: boolean
  /** Whether the mail addresses that stand in a certificate are told. */
  readonly certificateAddresses: boolean
  /** Who else is told of everything that expires; in lower case. */
  readonly contacts: readonly string[]
  /** Whether whoever asked for a certificate is told that it was revoked, put on hold, or is good again. */
  readonly revoked: boolean
}

/** What holds until a tenant says otherwise. */
export const DEFAULT_NOTICES: NoticeSettings = {
  expiring: true,
  days: [30, 14, 7, 1],
  requester: true,
  certificateAddresses: false,
  contacts: [],
  revoked: true,
}

/** The settings of one tenant. */
export interface NoticeStore {
  /** The defaults until they were changed. */
  show(): Promise<NoticeSettings>
  change(settings: NoticeSettings, record: AuditRecord): Promise<void>
}

/** Settings as they are kept. Throws `Refusal` 'not-permitted' for an address that no mail can have. */
export function checkedNotices(settings: NoticeSettings): NoticeSettings {
  const contacts = settings.contacts.map((given, at) => {
    const address = given.trim().toLowerCase()
    try {
      checkMailable(address)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      throw new Refusal('not-permitted', error.message, [{ field: `/contacts/${at}`, detail: error.message }])
    }
    return address
  })
  const days = [...new Set(settings.days)].sort((a, b) => b - a)
  return { ...settings, days, contacts: [...new Set(contacts)] }
}
