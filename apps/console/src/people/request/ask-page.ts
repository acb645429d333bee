import { callApi, type InputOf } from '../../api/call-api.ts'
import type { PublicTemplate } from '../../api/operations.ts'
import { keyTypeLabel } from '../../words/key-types.ts'
import { element } from '../element.ts'
import { attempt, endOfAddress, openWith, show } from '../page.ts'
import { day, field, form, submit } from '../parts.ts'
import { NAME_FIELDS, SUBJECT_FIELDS, USUAL_SUBJECT, type Words } from './field-words.ts'

/** The page on which strangers ask: shows what the template takes, and sends what was typed. */
export function open(): void {
  const publicId = endOfAddress()
  void openWith(async () => showForm(publicId, await callApi('showPublicTemplate', { params: { publicId } })))
}

type Asked = InputOf<'askPublicly'>['body']

function showForm(publicId: string, template: PublicTemplate): void {
  const { name, description, authority, tenant, keyTypes } = template
  document.title = `${name}: ask for a certificate`
  const email = element('input', { id: 'email', type: 'email', autocomplete: 'email', required: true })
  const [typed, fields] = formFields(template)
  const formPart = element('fieldset', { class: 'plain' }, ...fields)
  const csr = element('textarea', { id: 'csr', rows: '8', spellcheck: 'false', autocomplete: 'off', required: true })
  const keys = `Its key is one of: ${keyTypes.map(keyTypeLabel).join(', ')}.`
  const csrPart = element('fieldset', { class: 'plain' }, field(csr, 'Certification request (PEM)', keys))
  const byCsr = element('input', { type: 'radio', name: 'how', value: 'csr' })
  const byForm = element('input', { type: 'radio', name: 'how', value: 'form', checked: true })
  // What is hidden is not required, and not sent.
  const choose = (): void => {
    for (const [part, hidden] of [[csrPart, byForm.checked] as const, [formPart, byCsr.checked] as const]) {
      part.disabled = hidden
      part.hidden = hidden
    }
  }
  const asking = form(
    (pressed) => {
      const body: Asked = { email: email.value, ...(byCsr.checked ? { csr: csr.value } : typed()) }
      void attempt(() => ask(publicId, body), pressed)
    },
    element('p', {}, `${name}, issued by ${tenant} (certificate authority ${authority}). ${description}`),
    field(email, 'Your e-mail address', 'A link goes there, by which you confirm and see what became of the request.'),
    element(
      'fieldset',
      {},
      element('legend', {}, 'The key'),
      element('label', { class: 'choice' }, byForm, 'Make it later: fill in what the certificate is to say'),
      element('label', { class: 'choice' }, byCsr, 'I have a certification request (CSR) of a key of mine'),
    ),
    ...[formPart, csrPart, submit('Ask for the certificate')],
  )
  asking.addEventListener('change', choose)
  choose()
  show('', asking)
}

async function ask(publicId: string, body: Asked): Promise<void> {
  const { confirmBefore } = await callApi('askPublicly', { params: { publicId }, body })
  show(
    `A mail is on its way to ${body.email}. Open the link in it before ${day(confirmBefore)} and confirm: nobody looks at the request before. It is also where you see what became of it.`,
  )
}

/** The fields of a template, and what stands in them. */
function formFields({
  form: takes,
}: PublicTemplate): readonly [typed: () => Partial<Asked>, fields: readonly HTMLElement[]] {
  const types = takes.subject === 'any' ? [...new Set([...takes.required, ...USUAL_SUBJECT])] : takes.subject
  const kinds = takes.subjectAltNames.flatMap((type) => {
    const words = NAME_FIELDS[type]
    return words === undefined ? [] : [{ type, words }]
  })
  const names = kinds.map(({ type, words }) => {
    const required = takes.namesRequired && kinds.length === 1
    const input = element('textarea', { id: `san-${type}`, rows: '3', spellcheck: 'false', required })
    return { type, input, part: labelled(input, words) }
  })
  const subject = types.map((type) => {
    const input = element('input', {
      id: `subject-${type}`,
      autocomplete: 'off',
      required: takes.required.includes(type),
    })
    return { type, input, part: labelled(input, SUBJECT_FIELDS[type] ?? [type]) }
  })
  const typed = (): Partial<Asked> => {
    const attributes = subject.flatMap(({ type, input }) => linesOf(input.value).map((value) => ({ type, value })))
    const subjectAltNames = names.flatMap(({ type, input }) => linesOf(input.value).map((value) => ({ type, value })))
    return {
      ...(attributes.length > 0 && { subject: attributes }),
      ...(subjectAltNames.length > 0 && { subjectAltNames }),
    }
  }
  return [typed, [...names, ...subject].map(({ part }) => part)]
}

function labelled(input: HTMLElement, [label, hint]: Words): HTMLElement {
  return field(input, label, hint)
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
