import { type ResetDeps, sendPasswordReset } from '../accounts/password-reset.ts'
import { answerStrangers, type StrangerAnswering } from './answer-strangers.ts'

/** What answering those who forgot their passwords needs. */
export interface PasswordResets extends StrangerAnswering {
  readonly deps: ResetDeps
}

export const PASSWORD_RESET = 'password-reset'

/** Sends links to addresses that asked for a new password, if they have accounts. */
export function answerPasswordResets({ deps, ...answering }: PasswordResets): Promise<void> {
  const { now } = answering
  return answerStrangers(PASSWORD_RESET, (email) => sendPasswordReset(email, now(), deps), answering)
}
