import type { GeneralName } from '@chancery/x509'
import { element } from '../element.ts'
import { csrForm } from '../key/csr-form.ts'
import { type KeyWish, keyFields } from '../key/key-form.ts'
import { MADE_KEY_TYPES, type MadeKeyType } from '../key/make-key.ts'
import { attempt } from '../page.ts'
import { field, form, submit } from '../parts.ts'

/** Octets of a file that is read: key files are smaller. */
const LARGEST_FILE = 1024 * 1024

/** Where the old certificate and its key are chosen. */
export function oldForm(opened: (files: readonly Uint8Array[], password: string) => Promise<void>): HTMLElement {
  const files = element('input', {
    id: 'files',
    type: 'file',
    multiple: true,
    required: true,
    accept: '.p12,.pfx,.pem,.key,.crt,.cer,.der',
  })
  const password = element('input', { id: 'old-password', type: 'password', autocomplete: 'off' })
  const read = async (): Promise<readonly Uint8Array[]> => {
    const chosen = [...(files.files ?? [])]
    if (chosen.some(({ size }) => size > LARGEST_FILE)) throw new Error('A file larger than 1 MiB holds no key.')
    return Promise.all(chosen.map(async (file) => new Uint8Array(await file.arrayBuffer())))
  }
  return form(
    (pressed) => void attempt(async () => opened(await read(), password.value), pressed),
    element('p', {}, INTRODUCTION),
    field(
      files,
      'The certificate that you have, and its key',
      'One PKCS#12 file (.p12, .pfx), or the PEM files of both. They are opened by your browser and sent nowhere.',
    ),
    field(password, 'Password of the file, if it has one'),
    submit('Open it'),
  )
}

const INTRODUCTION =
  'Who holds a certificate of this authority and its key can renew it, as far as the rules for it allow. The key proves that it is you: it signs what is asked for here, in your browser, and never leaves it.'

/** How the new certificate gets its key: made here, or brought. `proposed` are the kinds to put first. */
export function newKeyForms(
  proposed: readonly MadeKeyType[],
  names: readonly GeneralName[],
  acts: { make(wish: KeyWish): Promise<void>; renew(csr: string): Promise<void> },
): readonly HTMLElement[] {
  const fields = keyFields(MADE_KEY_TYPES, names, proposed[0])
  const making = form(
    (pressed) => {
      const wish = fields?.read()
      if (wish !== undefined) void attempt(() => acts.make(wish), pressed)
    },
    ...(fields?.parts ?? []),
    submit('Make the new key and renew'),
  )
  const words = 'Names in the request that the certificate does not have are decided by a person.'
  return [making, csrForm(words, undefined, 'Renew', acts.renew)]
}
