import type { AccountStore } from '../../accounts/account-store.ts'
import type { InvitationDoor } from '../../accounts/invitation-store.ts'
import type { RegistrationStore } from '../../accounts/registration-store.ts'
import type { SecondFactorStore } from '../../accounts/second-factor-store.ts'
import type { TenantRegister, TenantStore } from '../../accounts/tenant-store.ts'
import type { RequestDoor } from '../../enrollment/request-store.ts'
import type { MailDesk } from '../../mail/mail-desk.ts'
import type { MailStore } from '../../mail/mail-store.ts'
import { aboveRoutesOf } from '../../platform/routes.ts'
import type { RestoreStore } from '../../restores/restored.ts'
import type { ApiDomain } from './api-domain.ts'
import type { StrangerPace } from './stranger-pace.ts'

/** What the API needs above tenants. */
export interface AboveDomain {
  readonly accounts: AccountStore
  readonly secondFactors: Pick<SecondFactorStore, 'find'>
  readonly invitations: InvitationDoor
  readonly tenants: TenantRegister
  /** To rename a tenant, and for nothing that is in it. */
  readonly tenantOf: (tenant: string) => TenantStore
  readonly registration: RegistrationStore
  readonly restores: RestoreStore
  readonly mails: MailStore
  readonly requests: RequestDoor
  /** For whoever comes by a link or a public address of the tenant, and for nothing else. */
  readonly tenantDomain: (tenant: string) => ApiDomain
  readonly pace: StrangerPace
  readonly authorityByPublicId: (
    publicId: string,
  ) => Promise<{ readonly tenant: string; readonly authority: string } | undefined>
  /** Makes the challenges of renewals. */
  readonly renewalSecret: string
  readonly mail: MailDesk
  /** The address of people, without a slash at its end. */
  readonly url: string
  /** Which parts of the server work. */
  readonly health: () => Promise<Readonly<Record<string, 'ready' | 'failing'>>>
  readonly newId: () => string
  readonly random: (byteCount: number) => Uint8Array
}

export const aboveRoute = aboveRoutesOf<AboveDomain>()
