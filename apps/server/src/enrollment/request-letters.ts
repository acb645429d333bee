import { type Letter, moment, quoted } from '../mail/letter.ts'
import type { EnrollmentRequest } from './request-store.ts'

/** What letters about requests say of where they come from. */
export interface RequestNames {
  readonly tenantName: string
  readonly templateName: string
}

type Named = Pick<EnrollmentRequest, 'subject' | 'subjectAltNames'>

const STRANGER = 'If you did not ask for a certificate, do nothing: without you nothing comes of it.'
const SECRET = 'Whoever has this link can use it: do not pass it on.'

export function requestInvitationLetter({ tenantName, templateName }: RequestNames, link: string): Letter {
  return {
    subject: `Ask for a certificate of ${quoted(tenantName)}`,
    paragraphs: [
      `${quoted(tenantName)} asks you to request a certificate (${quoted(templateName)}). The page explains what to fill in; somebody looks at it then.`,
    ],
    action: { label: 'Ask for a certificate', link },
    closing: ['If you do not know what this is about, do nothing.'],
  }
}

export function confirmationLetter(request: Named, { tenantName, templateName }: RequestNames, link: string): Letter {
  return {
    subject: `Confirm your request to ${quoted(tenantName)}`,
    paragraphs: [
      `With this address somebody asked ${quoted(tenantName)} for a certificate (${quoted(templateName)}). Confirm that it was you: nobody looks at the request before. By the same link you see later what became of it.`,
    ],
    action: { label: 'Confirm the request', link },
    facts: factsOf(request),
    closing: [STRANGER, SECRET],
  }
}

export function claimLetter(
  request: Named,
  { tenantName, templateName }: RequestNames,
  link: string,
  expiresAt: number,
): Letter {
  return {
    subject: `Your certificate of ${quoted(tenantName)} is ready to be made`,
    paragraphs: [
      `${quoted(tenantName)} approved a certificate for you (${quoted(templateName)}). Open the link on the device that is to use it: the key is made there, and nobody else ever has it.`,
    ],
    action: { label: 'Get the certificate', link },
    facts: [...factsOf(request), ['Open until', moment(expiresAt)]],
    closing: [SECRET],
  }
}

export function declinedLetter(request: Named, { tenantName, templateName }: RequestNames, note?: string): Letter {
  return {
    subject: `Your request to ${quoted(tenantName)} was declined`,
    paragraphs: [
      `Your request for a certificate (${quoted(templateName)}) was declined by ${quoted(tenantName)}.`,
      ...(note === undefined ? [] : [`Reason: ${quoted(note)}`]),
    ],
    facts: factsOf(request),
    closing: ['You can ask again, if there is something to mend.'],
  }
}

export function issuedLetter(request: Named, { tenantName, templateName }: RequestNames, link?: string): Letter {
  return {
    subject: `Your certificate of ${quoted(tenantName)} was issued`,
    paragraphs: [`The certificate that you asked for (${quoted(templateName)}) was issued by ${quoted(tenantName)}.`],
    ...(link !== undefined && { action: { label: 'Get the certificate', link } }),
    facts: factsOf(request),
    closing: ['If you know nothing of it, tell whoever issued it: somebody else may use your name.'],
  }
}

function factsOf({ subject, subjectAltNames }: Named): NonNullable<Letter['facts']> {
  const names = subjectAltNames.map(({ value }) => value).join(', ')
  return [
    ...(subject === '' ? [] : [['Subject', quoted(subject)] as const]),
    ...(names === '' ? [] : [['Names', quoted(names)] as const]),
  ]
}
