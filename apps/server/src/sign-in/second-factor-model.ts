import { symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto'
import type { SecondFactor } from '../accounts/second-factor-store.ts'
import { type Model, type Row, textOf } from './account-adapter.ts'
import { takeAttempt } from './pace.ts'
import { currentCall } from './sign-in-call.ts'
import type { SignInParts } from './sign-in-parts.ts'

/** Where a code is tried: each look at the factor there is an attempt. */
const TRIES = ['/two-factor/verify-totp', '/two-factor/verify-backup-code']

/**
 * better-auth's `twoFactor`. What it encrypts under the secret that signs cookies is opened here and sealed as everything else that
 * rests, bound to its account: so it outlives that secret. The id of its row is the account's.
 */
export function secondFactorModel(parts: SignInParts): Model {
  const { stores, now } = parts
  const { secondFactors } = stores
  const seals = sealsOf(parts)
  const rowOf = (factor: SecondFactor) => seals.open(factor)
  const recordOf = (account: string, action: string) => ({
    account,
    actor: { kind: 'account', account } as const,
    at: now(),
    action,
    object: { type: 'account', id: account },
  })
  const begin = async (account: string, data: Row) => {
    const sealed = await seals.seal(account, data)
    await secondFactors.begin({ id: account, account, confirmed: false, lastStep: 0, createdAt: now(), ...sealed })
    return { ...data, id: account, userId: account }
  }
  const replaceCodes = async (account: string, codes: string, action: string, expected?: string) => {
    const before = await secondFactors.find(account)
    if (before === undefined || (expected !== undefined && seals.codes(before) !== expected)) return undefined
    const after = seals.sealCodes(account, codes)
    const record = recordOf(account, action)
    if (!(await secondFactors.replaceRecoveryCodes(account, before.sealedRecoveryCodes, after, record)))
      return undefined
    return rowOf({ ...before, sealedRecoveryCodes: after })
  }
  return {
    'find userId': async ({ where }) => {
      const account = textOf(where, 'userId')
      const call = currentCall()
      if (TRIES.includes(call.path)) {
        call.tried = account
        await takeAttempt('second-factor', account, parts)
      }
      const found = await secondFactors.find(account)
      return found && (await rowOf(found))
    },
    create: ({ data }) => begin(textOf(data, 'userId'), data),
    'update id': async ({ where, data }) => {
      const account = textOf(where, 'id')
      if (data['secret'] !== undefined) return await begin(account, data)
      if (data['verified'] === true) await secondFactors.confirm(account, recordOf(account, 'second-factor.add'))
      else await replaceCodes(account, textOf(data, 'backupCodes'), 'second-factor.new-recovery-codes')
      const changed = await secondFactors.find(account)
      return changed && (await rowOf(changed))
    },
    /** A recovery code was used: the others stay, if nobody used one in the meantime. */
    'replace backupCodes id': ({ where, data }) =>
      replaceCodes(
        textOf(where, 'id'),
        textOf(data, 'backupCodes'),
        'second-factor.use-recovery-code',
        textOf(where, 'backupCodes'),
      ),
    'delete userId': async ({ where }) => {
      const account = textOf(where, 'userId')
      return Number(await secondFactors.remove(account, recordOf(account, 'second-factor.remove')))
    },
  }
}

function sealsOf({ sealer, secret }: SignInParts) {
  const contextOf = (account: string, purpose: string) => ({ tenant: '', purpose, id: account })
  const open = (sealed: Uint8Array, account: string, purpose: string) =>
    Buffer.from(sealer.open(sealed, contextOf(account, purpose))).toString('utf8')
  const sealCodes = (account: string, codes: string) =>
    sealer.seal(Buffer.from(codes), contextOf(account, 'recovery-codes'))
  const codes = ({ account, sealedRecoveryCodes }: SecondFactor) => open(sealedRecoveryCodes, account, 'recovery-codes')
  return {
    codes,
    sealCodes,
    seal: async (account: string, data: Row) => {
      const plain = await symmetricDecrypt({ key: secret, data: textOf(data, 'secret') })
      return {
        sealedSecret: sealer.seal(Buffer.from(plain), contextOf(account, 'time-code')),
        sealedRecoveryCodes: sealCodes(account, textOf(data, 'backupCodes')),
      }
    },
    open: async (factor: SecondFactor): Promise<Row> => {
      const plain = open(factor.sealedSecret, factor.account, 'time-code')
      return {
        id: factor.account,
        userId: factor.account,
        secret: await symmetricEncrypt({ key: secret, data: plain }),
        backupCodes: codes(factor),
        verified: factor.confirmed,
        failedVerificationCount: 0,
        lockedUntil: null,
      }
    },
  }
}

/** The secret of a second factor, for who checks a code a second time. */
export function openTimeSecret({ sealer }: Pick<SignInParts, 'sealer'>, factor: SecondFactor): Uint8Array {
  return sealer.open(factor.sealedSecret, { tenant: '', purpose: 'time-code', id: factor.account })
}
