import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AcmeOptions } from '../../../src/open-acme.ts'
import { systemRandom } from '../../../src/platform/clock-and-random.ts'
import { isUnavailable } from '../../../src/store/database-errors.ts'
import type { World } from '../../support/world.ts'
import { fakeValidation } from './fake-validation.ts'
import { fakeValidationJob } from './fake-validation-job.ts'

/** ACME in a world where what is said to be proven is proven, and looked at once. `settled` waits for what is looked at. */
export function fakeAcme(
  { now, reports }: Pick<World, 'now' | 'reports'>,
  validation = fakeValidation(),
): AcmeOptions & { settled(): Promise<void> } {
  let settle = async () => {}
  return {
    validation,
    settled: async () => {
      await settle()
      await nextTurn()
    },
    startJob: ({ pending, ...work }) => {
      const job = fakeValidationJob(pending, work.validation, work)
      settle = job.stop
      return job
    },
    now,
    random: systemRandom,
    isUnavailable,
    report: (error, where) => reports.push({ error, where }),
  }
}
