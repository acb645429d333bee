import { element } from '../element.ts'
import { button, field } from '../parts.ts'
import { inventPassword, strengthOf } from './password-strength.ts'

/** Where somebody sets a password, twice, and sees how strong it is. */
export interface PasswordFields {
  readonly parts: readonly HTMLElement[]
  /** What was typed, where it can be taken; else the reason stands at the field, and it has the focus. */
  read(): string | undefined
}

const HINT =
  'It protects the key: in this browser until you have the file, and then in the file; that for a server has none. Nobody else ever sees it, or can tell it to you later.'

export function passwordFields(): PasswordFields {
  const password = element('input', { id: 'password', type: 'password', autocomplete: 'new-password', required: true })
  const again = element('input', { id: 'again', type: 'password', autocomplete: 'new-password', required: true })
  const meter = element('meter', {
    min: '0',
    max: '100',
    low: '35',
    high: '50',
    optimum: '100',
    'aria-label': 'Strength',
  })
  const words = element('span', { id: 'strength', class: 'soft', role: 'status' })
  const judge = (): void => {
    const { bits, words: said } = strengthOf(password.value)
    meter.value = bits
    words.textContent = password.value === '' ? '' : said
    password.setCustomValidity('')
    again.setCustomValidity('')
  }
  const reveal = element('input', { type: 'checkbox', id: 'reveal' })
  reveal.addEventListener('change', () => {
    for (const input of [password, again]) input.type = reveal.checked ? 'text' : 'password'
  })
  const invent = button('Suggest one', () => {
    password.value = inventPassword((octets) => crypto.getRandomValues(new Uint8Array(octets)))
    again.value = password.value
    reveal.checked = true
    reveal.dispatchEvent(new Event('change'))
    judge()
  })
  for (const input of [password, again]) input.addEventListener('input', judge)
  const first = field(password, 'Password for the key', HINT)
  first.append(meter, words)
  const show = element('label', { class: 'choice' }, reveal, 'Show it')
  return {
    parts: [first, field(again, 'The same once more'), element('p', { class: 'buttons' }, invent, show)],
    read: () => {
      const { refused } = strengthOf(password.value)
      password.setCustomValidity(refused ?? '')
      again.setCustomValidity(again.value === password.value ? '' : 'This is not the same password.')
      return password.reportValidity() && again.reportValidity() ? password.value : undefined
    },
  }
}
