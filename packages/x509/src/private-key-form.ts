import { DerReader } from './der/der-reader.ts'
import { TAG } from './der/tag.ts'

/** The structures in which private keys come. */
export const PRIVATE_KEY_FORMS = ['pkcs8', 'encrypted-pkcs8', 'sec1', 'pkcs1', 'pkcs12'] as const
export type PrivateKeyForm = (typeof PRIVATE_KEY_FORMS)[number]

/** How each structure begins: the tags of its first elements. Looked at in this order. */
const BEGINNINGS: readonly (readonly [PrivateKeyForm, ...number[]])[] = [
  ['pkcs8', TAG.integer, TAG.sequence, TAG.octetString],
  ['pkcs12', TAG.integer, TAG.sequence],
  ['encrypted-pkcs8', TAG.sequence, TAG.octetString],
  ['sec1', TAG.integer, TAG.octetString],
  ['pkcs1', TAG.integer, TAG.integer, TAG.integer, TAG.integer],
]

/**
 * Which structure with a private key this DER begins as; `undefined` for something else. Files say it in their label or their
 * name, which people change. Throws `DerError` for what is no DER.
 */
export function privateKeyForm(der: Uint8Array): PrivateKeyForm | undefined {
  const contents = new DerReader(der)
  contents.enter(TAG.sequence)
  const tags: number[] = []
  for (let tag = contents.peek(); tag !== undefined && tags.length < 4; tag = contents.peek()) {
    tags.push(tag)
    contents.element()
  }
  return BEGINNINGS.find(([, ...beginning]) => beginning.every((tag, at) => tags[at] === tag))?.[0]
}
