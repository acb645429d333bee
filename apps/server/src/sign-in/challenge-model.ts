import type { Challenge } from '../accounts/challenge-store.ts'
import { type Model, momentOf, type Row, textOf } from './account-adapter.ts'
import type { SignInParts } from './sign-in-parts.ts'

/** better-auth's `verification`: what has to come back. Identifiers come hashed; values are sealed, with their row bound to them. */
export function challengeModel({ stores: { challenges }, sealer, newId }: SignInParts): Model {
  const contextOf = (id: string) => ({ tenant: '', purpose: 'sign-in-challenge', id })
  const rowOf = (challenge: Challenge | undefined): readonly Row[] => {
    if (challenge === undefined) return []
    const { id, identifier, sealedValue, createdAt, expiresAt } = challenge
    const value = Buffer.from(sealer.open(sealedValue, contextOf(id))).toString('utf8')
    const at = new Date(createdAt)
    return [{ id, identifier, value, createdAt: at, updatedAt: at, expiresAt: new Date(expiresAt) }]
  }
  return {
    create: async ({ data }) => {
      const id = newId()
      const sealedValue = sealer.seal(Buffer.from(textOf(data, 'value')), contextOf(id))
      const challenge = {
        id,
        identifier: textOf(data, 'identifier'),
        sealedValue,
        createdAt: momentOf(data, 'createdAt'),
        expiresAt: momentOf(data, 'expiresAt'),
      }
      await challenges.put(challenge)
      return { ...data, id }
    },
    'find identifier': async ({ where }) => rowOf(await challenges.find(textOf(where, 'identifier'))),
    'consume id': async ({ where }) => rowOf(await challenges.take(textOf(where, 'id'))),
    'delete createdAt lte id ne identifier': ({ where }) =>
      challenges.dropOthers(textOf(where, 'identifier'), textOf(where, 'id ne'), momentOf(where, 'createdAt lte')),
    'delete identifier': async ({ where }) => {
      await challenges.drop(textOf(where, 'identifier'))
      return 1
    },
  }
}
