import type { AnswerOf } from './call-api.ts'

/** Whether a password alone was not enough: a code is asked for next. */
export function asksForCode(answer: AnswerOf<'signInByPassword'>): boolean {
  return answer['twoFactorRedirect'] === true
}

/** Where a provider's login begins, in the answer that says so. */
export function addressIn(answer: AnswerOf<'signInByProvider'>): string | undefined {
  const { url } = answer
  return typeof url === 'string' ? url : undefined
}

/** The beginning of a second factor: the address for an authenticator app, and the recovery codes. */
export function secondFactorIn(answer: AnswerOf<'beginSecondFactor'>): {
  readonly address: string
  readonly secret: string
  readonly codes: readonly string[]
} {
  const address = String(answer['totpURI'] ?? '')
  const secret = URL.canParse(address) ? (new URL(address).searchParams.get('secret') ?? '') : ''
  return { address, secret, codes: recoveryCodesIn(answer) }
}

export function recoveryCodesIn(answer: AnswerOf<'renewRecoveryCodes'>): readonly string[] {
  const { backupCodes } = answer
  return Array.isArray(backupCodes) ? backupCodes.map(String) : []
}

export interface OwnPasskey {
  readonly id: string
  readonly name: string
  readonly createdAt: string | undefined
}

export function passkeysIn(answer: AnswerOf<'listPasskeys'> | undefined): readonly OwnPasskey[] {
  return rowsIn(answer).map(({ id, name, createdAt }) => ({
    id: String(id),
    name: typeof name === 'string' && name !== '' ? name : 'Passkey',
    createdAt: typeof createdAt === 'string' ? createdAt : undefined,
  }))
}

export interface OwnLogin {
  readonly id: string
  /** `credential` is the password. */
  readonly provider: string
}

export function loginsIn(answer: AnswerOf<'listLogins'> | undefined): readonly OwnLogin[] {
  return rowsIn(answer).map(({ id, providerId }) => ({ id: String(id), provider: String(providerId) }))
}

/** These two operations answer with a list. */
function rowsIn(answer: unknown): readonly { readonly [name: string]: unknown }[] {
  return Array.isArray(answer) ? answer.map((row) => ({ ...row })) : []
}
