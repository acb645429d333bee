import { resumeIssuance } from '../../src/issuance/resume-issuance.ts'
import { completeAuthorities } from '../../src/publishing/complete-authorities.ts'
import { endAuthorities } from '../../src/publishing/end-authorities.ts'
import { refreshDueCrls } from '../../src/publishing/refresh-crls.ts'
import { renewServices } from '../../src/publishing/renew-services.ts'
import { tieImported } from '../../src/publishing/tie-imported.ts'
import type { World } from './world.ts'

type Story = Pick<World, 'installation' | 'stores' | 'now' | 'reports'>

const reporter =
  ({ reports }: Story) =>
  (error: unknown, where: string) =>
    void reports.push({ error, where })

/** What a process does when it starts: takes up what was interrupted. */
export async function takeUp(story: Story, atStart = true) {
  const { installation, stores, now } = story
  const report = reporter(story)
  const resumed = await resumeIssuance(stores.system.openIntents, installation.issuanceOf, { now, atStart, report })
  const authoritiesOf = (tenant: string) => installation.for(tenant).authorities
  await completeAuthorities({ outbox: stores.system.outbox, authoritiesOf, now, atStart, report })
  return resumed
}

/** Ties what a release before imported, as a process does after the migration. */
export function tieDue(story: Story): Promise<void> {
  const { installation, stores, now } = story
  const authoritiesOf = (tenant: string) => installation.for(tenant).authorities
  return tieImported({ outbox: stores.system.outbox, authoritiesOf, now, report: reporter(story) })
}

/** Makes the CRLs that are due, as the timer does every second. */
export function refreshCrls({ installation }: Story): Promise<number> {
  return refreshDueCrls(installation.crlRefresh)
}

/** Ends the CAs whose deletion was interrupted, as the timer does. */
export function endDeleted(story: Story): Promise<void> {
  const { installation, stores, now } = story
  return endAuthorities({
    outbox: stores.system.outbox,
    deletingOf: (tenant) => {
      const { makeLastCrls, stores: own } = installation.for(tenant)
      return { store: own.authorities, makeLastCrls }
    },
    now,
    report: reporter(story),
  })
}

/** Renews the service certificates that are due, as the timer does every few minutes. */
export function renewDueServices(story: Story): Promise<number> {
  const { installation, stores, now } = story
  const { openGeneration, respondersOf } = installation
  return renewServices({ ...stores.system, openGeneration, respondersOf, now, report: reporter(story) })
}
