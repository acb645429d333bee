import type { KeyType } from '../../api/operations.ts'
import { element } from '../element.ts'
import { field } from '../parts.ts'
import { type MadeKeyType, makeable } from './make-key.ts'
import { passwordFields } from './password-fields.ts'
import { FORMS, likelySystem, SYSTEMS, systemOf } from './systems.ts'

/** What is chosen before a key is made. */
export interface KeyWish {
  readonly keyType: MadeKeyType
  readonly password: string
  /** Where the file is to be installed. */
  readonly system: string
}

export interface KeyFields {
  readonly parts: readonly HTMLElement[]
  read(): KeyWish | undefined
}

const KEY_WORDS: Readonly<Record<MadeKeyType, string>> = {
  'ecdsa-p256': 'ECDSA P-256: quick, for current systems',
  'ecdsa-p384': 'ECDSA P-384',
  'rsa-2048': 'RSA 2048: for old systems too',
  'rsa-3072': 'RSA 3072',
  'rsa-4096': 'RSA 4096: takes seconds to make',
}

/**
 * The fields of a key that is made here. `keyTypes` are those that are certified, `proposed` the one to propose; `undefined` when the
 * browser makes none of them.
 */
export function keyFields(
  keyTypes: readonly KeyType[],
  names: readonly { readonly type: string }[],
  proposed?: MadeKeyType,
): KeyFields | undefined {
  const types = makeable(keyTypes)
  const first = proposed ?? types[0]
  if (first === undefined) return undefined
  const system = systemSelect(likelySystem(names, navigator.userAgent))
  const keyType = element(
    'select',
    { id: 'key-type' },
    ...types.map((type) => element('option', { value: type }, KEY_WORDS[type])),
  )
  let isChosen = false
  keyType.addEventListener('change', () => {
    isChosen = true
  })
  // What cannot read the newer files knows no newer keys either.
  const propose = (): void => {
    const isOld = systemOf(system.value).form === 'pkcs12-older'
    if (!isChosen) keyType.value = isOld && types.includes('rsa-2048') ? 'rsa-2048' : first
  }
  system.addEventListener('change', propose)
  propose()
  const password = passwordFields()
  return {
    parts: [
      field(
        system,
        'Where will you use it?',
        'The file fits that system, and what to do with it is shown with it. It can be changed later.',
      ),
      ...password.parts,
      element(
        'details',
        { class: 'more' },
        element('summary', {}, 'Kind of key'),
        element('div', {}, field(keyType, 'Kind of key')),
      ),
    ],
    read: () => {
      const typed = password.read()
      const type = types.find((one) => one === keyType.value) ?? first
      return typed === undefined ? undefined : { keyType: type, password: typed, system: system.value }
    },
  }
}

/** Where a certificate is to be used, as a field. */
export function systemSelect(chosen: string): HTMLSelectElement {
  const select = element(
    'select',
    { id: 'system' },
    ...SYSTEMS.map(({ id, label }) => element('option', { value: id }, label)),
  )
  select.value = systemOf(chosen).id
  return select
}

/** What the file for a system is, in words. */
export function formWords(system: string): string {
  return FORMS[systemOf(system).form].words
}
