import type { SubjectAltNameText, SubjectAttribute } from '@chancery/pki'
import { addressOf, COMPANY, type TemplateName } from './company.ts'

const HOUR = 3_600_000

/** What a person asks for without an account: by the form of a public page, or because an officer thought of it first. */
export interface PlannedAsk {
  readonly template: TemplateName
  readonly email: string
  readonly subject: readonly SubjectAttribute[]
  readonly names: readonly SubjectAltNameText[]
  readonly at: number
  readonly isPreApproved: boolean
  /** When an officer said yes; absent: it waits. */
  readonly approvedAt?: number
}

/** Forms that wait for an officer, and claims that wait for their people. */
export function planAsks(now: number): readonly PlannedAsk[] {
  const ask = (name: string, hoursAgo: number, more: Partial<PlannedAsk> = {}): PlannedAsk => {
    const email = addressOf(name)
    return {
      ...{ template: 'mail', email, isPreApproved: false, at: now - hoursAgo * HOUR },
      subject: [
        { type: 'organizationName', value: COMPANY.name },
        { type: 'commonName', value: name },
      ],
      names: [{ type: 'email', value: email }],
      ...more,
    }
  }
  return [
    ask('Wim Jansen', 3.1),
    ask('Tara Quinn', 9.5, { template: 'sign-in' }),
    ask('Umar Gupta', 30, { approvedAt: now - 26 * HOUR }),
    ask('Ines Almeida', 50, { isPreApproved: true }),
    ask('Felix Weber', 71, { template: 'sign-in', isPreApproved: true }),
  ]
}
