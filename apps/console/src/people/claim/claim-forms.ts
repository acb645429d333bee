import type { Claim } from '../../api/operations.ts'
import { keyTypeLabel } from '../../words/key-types.ts'
import { element } from '../element.ts'
import { csrForm } from '../key/csr-form.ts'
import { type KeyWish, keyFields } from '../key/key-form.ts'
import { whyNoKey } from '../key/make-key.ts'
import { attempt } from '../page.ts'
import { form, submit } from '../parts.ts'

/** What whoever claims can do. */
interface ClaimActs {
  make(wish: KeyWish): Promise<void>
  /** `csr` is PEM. */
  redeem(csr: string): Promise<void>
}

/** How a claim is redeemed: by a key that is made here, or by a request for a key of one's own. */
export function openForms({ keyTypes, subjectAltNames }: Claim, acts: ClaimActs): readonly HTMLElement[] {
  const why = whyNoKey()
  const fields = why === undefined ? keyFields(keyTypes, subjectAltNames) : undefined
  const words = 'Names in the request count for nothing: those above are certified.'
  const bringing = csrForm(
    words,
    `Its key is one of: ${keyTypes.map(keyTypeLabel).join(', ')}.`,
    'Get the certificate',
    acts.redeem,
  )
  if (fields === undefined) {
    bringing.open = true
    const reason =
      why ?? 'Browsers do not make keys of the kind that is certified here: make one, and give its request.'
    return [element('p', { class: 'notice' }, reason), bringing]
  }
  const making = form(
    (pressed) => {
      const wish = fields.read()
      if (wish !== undefined) void attempt(() => acts.make(wish), pressed)
    },
    element('p', {}, INTRODUCTION),
    ...fields.parts,
    submit('Make the key and get the certificate'),
  )
  return [making, bringing]
}

const INTRODUCTION =
  'A certificate says who somebody is, and the key that belongs to it proves it. Your browser makes the key now. It never leaves this device, except in the file that you save at the end.'
