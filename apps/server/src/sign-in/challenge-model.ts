import type { Challenge } from '../accounts/challenge-store.ts'
import { type Model, momentOf, type Row, textOf } from './account-adapter.ts'
import { currentCall } from './sign-in-call.ts'
import type { SignInParts } from './sign-in-parts.ts'

/**
 * better-auth's `verification`: what has to come back. Identifiers come hashed; values are sealed, with their row bound to them.
 * What went to a provider comes back from it alone: else one could finish as its own what was begun at another (RFC 9700 §4.4).
 */
export function challengeModel({ stores: { challenges }, sealer, newId }: SignInParts): Model {
  const contextOf = (id: string) => ({ tenant: '', purpose: 'sign-in-challenge', id })
  const identifierIn = (row: Row) => {
    const { provider } = currentCall()
    const identifier = textOf(row, 'identifier')
    return provider === undefined ? identifier : `${provider}:${identifier}`
  }
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
        identifier: identifierIn(data),
        sealedValue,
        createdAt: momentOf(data, 'createdAt'),
        expiresAt: momentOf(data, 'expiresAt'),
      }
      await challenges.put(challenge)
      return { ...data, id }
    },
    'find identifier': async ({ where }) => rowOf(await challenges.find(identifierIn(where))),
    'consume id': async ({ where }) => rowOf(await challenges.take(textOf(where, 'id'))),
    'delete createdAt lte id ne identifier': ({ where }) =>
      challenges.dropOthers(identifierIn(where), textOf(where, 'id ne'), momentOf(where, 'createdAt lte')),
    'delete identifier': async ({ where }) => {
      await challenges.drop(identifierIn(where))
      return 1
    },
  }
}
