import { callApi } from '../../api/call-api.ts'
import type { OwnRequest } from '../../api/operations.ts'
import { element } from '../element.ts'
import { attempt, endOfAddress, openWith, show } from '../page.ts'
import { certificatePart, certified, form, submit } from '../parts.ts'

const WORDS: Readonly<Record<OwnRequest['status'], string>> = {
  unconfirmed: 'It is not confirmed yet.',
  pending: 'It waits for somebody to decide. You get a mail then.',
  approved: 'It was approved. Look for the mail with the link to your certificate.',
  signing: 'It is being signed. Look again in a while.',
  issued: 'The certificate was issued.',
  declined: 'It was declined.',
}

/** The page that the link of a request opens: to confirm that one asked, and to see what became of it. */
export function open(): void {
  const token = endOfAddress()
  void openWith(async () => showRequest(token, await callApi('lookAtOwnRequest', { body: { token } })))
}

function showRequest(token: string, request: OwnRequest): void {
  const { status, note, certificate, chain = '' } = request
  show(
    WORDS[status] + (note === undefined ? '' : ` ${note}`),
    certified(request),
    status === 'unconfirmed' ? confirmation(token) : undefined,
    certificate === undefined ? undefined : certificatePart(certificate + chain),
  )
}

function confirmation(token: string): HTMLFormElement {
  return form(
    (pressed) =>
      void attempt(async () => showRequest(token, await callApi('confirmOwnRequest', { body: { token } })), pressed),
    element('p', {}, 'Confirm that it was you who asked. Nobody looks at the request before.'),
    submit('Confirm the request'),
  )
}
