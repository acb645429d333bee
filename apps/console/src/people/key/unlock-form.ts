import { element } from '../element.ts'
import { attempt } from '../page.ts'
import { field, form, submit } from '../parts.ts'

/** Asks for the password of a key that is kept here. `lost` says what to do without it; `forget` does it. */
export function unlockForm(
  lost: string,
  forget: HTMLButtonElement,
  unlock: (password: string) => Promise<void>,
): HTMLElement {
  const password = element('input', {
    id: 'password',
    type: 'password',
    autocomplete: 'current-password',
    required: true,
  })
  return form(
    (pressed) => void attempt(() => unlock(password.value), pressed),
    field(password, 'Password', 'The one that you set on this page.'),
    submit('Go on'),
    element(
      'details',
      { class: 'more' },
      element('summary', {}, 'I do not know the password'),
      element('div', {}, element('p', {}, lost), element('p', { class: 'buttons' }, forget)),
    ),
  )
}
