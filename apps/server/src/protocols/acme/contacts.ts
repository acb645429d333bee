import { AcmeProblem } from './acme-problem.ts'
import { listOf, malformed } from './payload.ts'

const MOST = 10
const LONGEST = 320

/**
 * The contacts of an account, RFC 8555 §7.3: mail addresses, one in each. Throws `AcmeProblem` 'unsupportedContact' for other schemes,
 * 'invalidContact' for what is no address.
 */
export function contactsIn(payload: object): readonly string[] | undefined {
  const contacts = listOf(payload, 'contact')
  if (contacts === undefined) return undefined
  if (contacts.length > MOST) throw invalid(`An account has at most ${MOST} contacts.`)
  return contacts.map((contact) => {
    if (typeof contact !== 'string') throw malformed('A contact is a text.')
    return checked(contact)
  })
}

function checked(contact: string): string {
  const shown = `"${contact.slice(0, 100)}"`
  if (!/^mailto:/i.test(contact))
    throw new AcmeProblem('unsupportedContact', `The contact ${shown} is no mail address: use mailto:you@example.com.`)
  const address = contact.slice('mailto:'.length)
  if (address.length > LONGEST) throw invalid(`The contact ${shown} is too long.`)
  // RFC 8555 §7.3: no header fields, and one address.
  if (address.includes('?') || address.includes(',')) throw invalid(`The contact ${shown} holds more than one address.`)
  if (!ADDRESS.test(address)) throw invalid(`The contact ${shown} holds no mail address.`)
  return `mailto:${address}`
}
const ADDRESS = /^[^\s@"<>\p{C}]{1,64}@[^\s@"<>\p{C}]{1,253}$/u

function invalid(detail: string): AcmeProblem {
  return new AcmeProblem('invalidContact', detail)
}
