import { type SealDeps, sealRecords } from './audit/seal-records.ts'
import type { Installation } from './installation.ts'
import { resumeIssuance } from './issuance/resume-issuance.ts'
import type { Keys } from './master-keys/open-keys.ts'
import { answerPasswordResets, type PasswordResets } from './publishing/answer-password-resets.ts'
import { answerRegistrations, type Registrations } from './publishing/answer-registrations.ts'
import { completeAuthorities } from './publishing/complete-authorities.ts'
import { endAuthorities } from './publishing/end-authorities.ts'
import { forgetExpired } from './publishing/forget-expired.ts'
import { forgetInvitations } from './publishing/forget-invitations.ts'
import { forgetRequests } from './publishing/forget-requests.ts'
import { indexDueNames } from './publishing/index-names.ts'
import { purgeAuthorities } from './publishing/purge-authorities.ts'
import { refreshDueCrls } from './publishing/refresh-crls.ts'
import { renewServices } from './publishing/renew-services.ts'
import { type Round, type Rounds, startRounds } from './publishing/rounds.ts'
import { forgetMails, type MailSending, sendMails } from './publishing/send-mails.ts'
import { supersedeRenewed } from './publishing/supersede-renewed.ts'
import { tellRequesters } from './publishing/tell-requesters.ts'
import { tieImported } from './publishing/tie-imported.ts'
import { forgetSignIns } from './sign-in/forget-sign-ins.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const DAY = 86_400_000

/** The work around the master key: the audit is sealed within seconds, and a rotation is followed as fast. */
export function keyRounds(keys: Pick<Keys, 'refresh'>, sealing: SealDeps): readonly Round[] {
  return [
    { name: 'keys', everyMs: 2 * SECOND, run: () => keys.refresh() },
    { name: 'audit', everyMs: SECOND, run: () => sealRecords(sealing) },
  ]
}

/** Mail leaves within seconds. */
export function mailRounds(
  sending: MailSending,
  { resets, registrations }: { readonly resets: PasswordResets; readonly registrations: Registrations },
  forgotten: { forget(now: number): Promise<void> },
): readonly Round[] {
  return [
    {
      name: 'mail',
      everyMs: 2 * SECOND,
      run: async () => {
        await answerPasswordResets(resets)
        await answerRegistrations(registrations)
        await sendMails(sending)
      },
    },
    {
      name: 'forget-mails',
      everyMs: 10 * MINUTE,
      run: async () => {
        await forgetMails(sending.mails, sending.now())
        await forgotten.forget(sending.now())
      },
    },
  ]
}

/** The work of an installation that nobody asks for: what was interrupted, what is due, what may go. */
export function startRoundsOf(
  installation: Installation,
  { now, report }: { readonly now: () => number; readonly report: (error: unknown, where: string) => void },
  others: readonly Round[] = [],
): Rounds {
  const { stores, issuanceOf, openGeneration, respondersOf, crlRefresh } = installation
  const { system } = stores
  const { outbox } = system
  let atStart = true

  return startRounds(
    [
      {
        name: 'resume',
        everyMs: 15 * SECOND,
        run: async () => {
          await resumeIssuance(system.openIntents, issuanceOf, { now, atStart, report })
          const authoritiesOf = (tenant: string) => installation.for(tenant).authorities
          await completeAuthorities({ outbox, authoritiesOf, now, atStart, report })
          atStart = false
        },
      },
      {
        name: 'tie',
        everyMs: MINUTE,
        run: () => tieImported({ outbox, authoritiesOf: (id) => installation.for(id).authorities, now, report }),
      },
      {
        name: 'names',
        everyMs: 10 * SECOND,
        run: () => indexDueNames({ outbox, indexOf: (tenant) => stores.for(tenant).names, now, report }),
      },
      { name: 'crl', everyMs: SECOND, run: () => refreshDueCrls(crlRefresh) },
      {
        name: 'services',
        everyMs: 5 * MINUTE,
        run: () => renewServices({ ...system, openGeneration, respondersOf, now, report }),
      },
      {
        name: 'end',
        everyMs: 10 * SECOND,
        run: () =>
          endAuthorities({
            outbox,
            deletingOf: (tenant) => {
              const { makeLastCrls, stores: own } = installation.for(tenant)
              return { store: own.authorities, makeLastCrls }
            },
            now,
            report,
          }),
      },
      {
        name: 'purge',
        everyMs: 10 * SECOND,
        run: () =>
          purgeAuthorities({
            outbox,
            purge: (tenant, authority, limit) => stores.for(tenant).authorities.purge(authority, limit),
            now,
            report,
          }),
      },
      {
        name: 'retention',
        everyMs: 10 * MINUTE,
        run: () => forgetExpired({ outbox, authoritiesOf: (tenant) => stores.for(tenant).authorities, now, report }),
      },
      {
        name: 'requesters',
        everyMs: 2 * SECOND,
        run: () => tellRequesters({ outbox, deskOf: (tenant) => installation.for(tenant).requestDesk, now, report }),
      },
      {
        name: 'supersede',
        everyMs: 5 * SECOND,
        run: () => supersedeRenewed({ outbox, storesOf: (tenant) => stores.for(tenant), now, report }),
      },
      { name: 'forget-requests', everyMs: 10 * MINUTE, run: () => forgetRequests(system.requests, now()) },
      { name: 'forget', everyMs: 10 * MINUTE, run: () => system.idempotency.forget(now() - DAY) },
      { name: 'forget-sign-ins', everyMs: 10 * MINUTE, run: () => forgetSignIns(system, now()) },
      { name: 'invitations', everyMs: 10 * MINUTE, run: () => forgetInvitations(system.invitations, now()) },
      ...others,
    ],
    report,
  )
}
