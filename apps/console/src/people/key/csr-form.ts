import { element } from '../element.ts'
import { attempt } from '../page.ts'
import { field, form, submit } from '../parts.ts'

/** For who has a key elsewhere: gives its request (PEM) to `send`. */
export function csrForm(
  words: string,
  hint: string | undefined,
  label: string,
  send: (csr: string) => Promise<void>,
): HTMLDetailsElement {
  const csr = element('textarea', { id: 'csr', rows: '8', spellcheck: 'false', autocomplete: 'off', required: true })
  const sending = form(
    (pressed) => void attempt(() => send(csr.value), pressed),
    element('p', {}, `Make the key on the device that is to use it. ${words}`),
    element('pre', {}, element('code', {}, OPENSSL)),
    field(csr, 'Certification request (PEM)', hint),
    submit(label),
  )
  return element(
    'details',
    { class: 'more' },
    element('summary', {}, 'I have a certification request (CSR) of a key of mine'),
    sending,
  )
}

const OPENSSL = 'openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj / -keyout my.key -out my.csr'
