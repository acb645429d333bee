import type { SubjectAltName } from '../api/operations.ts'
import { element } from './element.ts'

/** A button that does something; while it does, it cannot be pressed. */
export function button(
  label: string,
  act: (pressed: HTMLButtonElement) => void,
  kind: 'primary' | 'plain' = 'plain',
): HTMLButtonElement {
  const made = element('button', { type: 'button', class: kind === 'primary' ? 'button primary' : 'button' }, label)
  made.addEventListener('click', () => act(made))
  return made
}

/** A form whose first button does something with it. */
export function form(act: (pressed: HTMLButtonElement) => void, ...content: readonly Node[]): HTMLFormElement {
  const made = element('form', { class: 'card' }, ...content)
  made.addEventListener('submit', (event) => {
    event.preventDefault()
    const pressed = made.querySelector<HTMLButtonElement>('button[type=submit]')
    if (pressed !== null) act(pressed)
  })
  return made
}

/** The button that a form is sent by. */
export function submit(label: string): HTMLParagraphElement {
  return element('p', { class: 'actions' }, element('button', { type: 'submit', class: 'button primary' }, label))
}

/** A field with its label and, between them, words about it. */
export function field<Input extends HTMLElement>(input: Input, label: string, hint?: string): HTMLParagraphElement {
  const id = input.id
  if (hint !== undefined) input.setAttribute('aria-describedby', `${id}-hint`)
  return element(
    'p',
    { class: 'field' },
    element('label', { for: id }, label),
    hint !== undefined && element('span', { class: 'soft', id: `${id}-hint` }, hint),
    input,
  )
}

/** Names and values below one another; what is empty is left out. */
export function facts(entries: readonly (readonly [name: string, value: string])[]): HTMLDListElement {
  return element(
    'dl',
    {},
    ...entries
      .filter(([, value]) => value !== '')
      .flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
  )
}

/** A day as people here write it, its month in letters. */
export function day(moment: string | number): string {
  return new Date(moment).toLocaleDateString(undefined, { dateStyle: 'medium' })
}

/** What a certificate is to say, for whom and by whom. */
export function certified(of: {
  readonly tenant: string
  readonly template: string
  readonly subject: string
  readonly subjectAltNames: readonly SubjectAltName[]
  /** Until when it can be had; said while that matters. */
  readonly before?: string
}): HTMLDListElement {
  return facts([
    ['From', of.tenant],
    ['Kind', of.template],
    ['Subject', of.subject],
    ['Names', of.subjectAltNames.map(({ value }) => value).join(', ')],
    ['To be had until', of.before === undefined ? '' : day(of.before)],
  ])
}

/** A certificate that is public: its text, and a file. */
export function certificatePart(pem: string): HTMLElement {
  const href = URL.createObjectURL(new Blob([pem], { type: 'application/x-pem-file' }))
  return element(
    'section',
    {},
    element(
      'p',
      { class: 'buttons' },
      element('a', { class: 'button', href, download: 'certificate.pem' }, 'Certificate with its chain (PEM)'),
    ),
    element('pre', { tabindex: '0' }, element('code', { id: 'certificate' }, pem)),
  )
}
