import type { NoticeLine } from '../notices/expiry-store.ts'
import type { NoticeSettings } from '../notices/notice-settings.ts'
import type { Json } from './json.ts'
import type { Flag } from './schema.ts'

/** Rows of what is told beforehand, the same on both engines. */
export interface NoticeTables {
  notice_settings: { tenant: string; settings: Json<NoticeSettings> }
  expiry_progress: ExpiryProgressTable
  expiry_digest: ExpiryDigestTable
}

/** How far a tenant's certificates were looked at for one threshold: all up to this place, in order of expiry and id. */
export interface ExpiryProgressTable {
  tenant: string
  days: number
  not_after: number
  certificate: string
}

/** What one address is to be told by one mail. */
export interface ExpiryDigestTable {
  tenant: string
  address: string
  /** 1: whoever reads it is known as a requester alone. */
  outside: Flag
  count: number
  /** The first of them. */
  lines: Json<readonly NoticeLine[]>
}
