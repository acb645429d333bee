import type { AdmittedRegistration } from '../accounts/register.ts'
import { type RegisterByMailDeps, registerByMail } from '../accounts/register-by-mail.ts'
import { answerStrangers, type StrangerAnswering } from './answer-strangers.ts'

/** What answering those who registered where mail leaves needs. */
export interface Registrations extends StrangerAnswering {
  readonly deps: RegisterByMailDeps
}

export const REGISTRATION = 'registration'

/** A registration as the key of its item: none of the three holds the end of a line. */
export function registrationKey({ email, name, tenantName }: AdmittedRegistration): string {
  return [email, name, tenantName].join('\n')
}

/** Makes the accounts that were registered, and sends the letters. */
export function answerRegistrations({ deps, ...answering }: Registrations): Promise<void> {
  const { now } = answering
  const answer = (key: string) => {
    const [email = '', name = '', tenantName = ''] = key.split('\n')
    return registerByMail({ email, name, tenantName }, now(), deps)
  }
  return answerStrangers(REGISTRATION, answer, answering)
}
