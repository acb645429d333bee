import { APIError } from 'better-auth/api'
import type { Passkey } from '../accounts/passkey-store.ts'
import { type Model, type Row, textOf } from './account-adapter.ts'
import type { SignInParts } from './sign-in-parts.ts'

const LONGEST_NAME = 100

/** better-auth's `passkey`. */
export function passkeyModel({ stores: { passkeys }, now, newId }: SignInParts): Model {
  const recordOf = (account: string, action: string, id: string) => ({
    account,
    actor: { kind: 'account', account } as const,
    at: now(),
    action,
    object: { type: 'passkey', id },
  })
  return {
    create: async ({ data }) => {
      const passkey = passkeyOf(data, newId(), now())
      await passkeys.add(passkey, recordOf(passkey.account, 'passkey.add', passkey.id))
      return rowOf(passkey)
    },
    'find userId': async ({ where }) => (await passkeys.list(textOf(where, 'userId'))).map(rowOf),
    'find id': async ({ where }) => maybe(await passkeys.find(textOf(where, 'id'))),
    'find credentialID': async ({ where }) => maybe(await passkeys.findByCredential(textOf(where, 'credentialID'))),
    'update id': async ({ where, data }) => {
      const id = textOf(where, 'id')
      if (typeof data['name'] === 'string') return maybe(await passkeys.rename(id, nameOf(data)))
      if (!(await passkeys.count(id, Number(data['counter'])))) {
        throw new APIError('UNAUTHORIZED', { message: 'This passkey was used out of its order.' })
      }
      return maybe(await passkeys.find(id))
    },
    'delete id': async ({ where }) => {
      const found = await passkeys.find(textOf(where, 'id'))
      if (found === undefined) return 0
      const { account, id } = found
      return Number(await passkeys.remove(account, id, recordOf(account, 'passkey.remove', id)))
    },
  }
}

function passkeyOf(data: Row, id: string, createdAt: number): Passkey {
  return {
    id,
    account: textOf(data, 'userId'),
    name: nameOf(data),
    credentialId: textOf(data, 'credentialID'),
    publicKey: Buffer.from(textOf(data, 'publicKey'), 'base64'),
    counter: Number(data['counter']),
    deviceType: textOf(data, 'deviceType'),
    backedUp: data['backedUp'] === true,
    transports: typeof data['transports'] === 'string' ? data['transports'].slice(0, 200) : '',
    aaguid: typeof data['aaguid'] === 'string' ? data['aaguid'] : '',
    createdAt,
  }
}

function nameOf({ name }: Row): string {
  return typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, LONGEST_NAME) : 'Passkey'
}

function maybe(passkey: Passkey | undefined): Row | undefined {
  return passkey && rowOf(passkey)
}

function rowOf({ account, credentialId, publicKey, createdAt, ...row }: Passkey): Row {
  return {
    ...row,
    userId: account,
    credentialID: credentialId,
    publicKey: Buffer.from(publicKey).toString('base64'),
    createdAt: new Date(createdAt),
  }
}
