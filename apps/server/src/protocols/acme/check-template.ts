import {
  type Issuer,
  type OrderedIdentifier,
  Refusal,
  type RequestedValidity,
  readIdentifier,
  type Template,
} from '@chancery/pki'
import type { AccountRequest } from './acme.ts'
import { AcmeProblem } from './acme-problem.ts'
import { commonNameOf } from './common-name.ts'
import { wireIdentifier } from './order-status.ts'

/** Under which templates a CA was seen to certify, for as long as nothing of it changes. */
const certifies = new WeakMap<Issuer, Set<string>>()

/**
 * Whether the template can be issued by its CA for any key and these names: one that wants subject attributes which no order has, or that
 * breaks a rule whatever it is filled with, certifies nothing. The whole certificate is tried out for the first order of a kind, with a
 * key that nobody has, and nothing is asked of those that follow. Throws `AcmeProblem` 'unauthorized'.
 */
export async function checkTemplate(
  identifiers: readonly OrderedIdentifier[],
  validity: RequestedValidity | undefined,
  template: Template,
  issuer: Issuer,
  { policy, domain }: Pick<AccountRequest, 'policy' | 'domain'>,
): Promise<void> {
  const { keyTypes = template.profile.keyTypes } = policy.settings
  const names = identifiers.map(wireIdentifier)
  const commonName = commonNameOf({ subject: [] }, names, template)
  const kind = [template.id, template.revision, policy.id, policy.revision, commonName !== undefined].join(' ')
  const known = certifies.get(issuer) ?? new Set()
  if (known.has(kind)) return

  const taken = template.profile.keyTypes.filter((type) => keyTypes.includes(type))
  if (taken.length === 0)
    throw new AcmeProblem(
      'unauthorized',
      `The policy "${policy.name}" certifies no kind of key that the template "${template.name}" takes. Ask who runs this server.`,
    )
  const subject = commonName === undefined ? [] : [{ type: 'commonName', value: commonName }]
  const request = { subject, subjectAltNames: names, extensions: [], ...(validity && { validity }) }
  const problems = await domain.judgeUnkeyed(template, request, taken)
  if (problems === undefined) return
  const [first] = problems
  if (first !== undefined)
    throw new Refusal('not-permitted', `The template "${template.name}" cannot certify this. ${first.detail}`, problems)
  known.add(kind)
  certifies.set(issuer, known)
}

/**
 * RFC 8555 §7.4: a certificate has no name that was not ordered. A template may add some to each of its certificates: then an order names
 * them as well. Throws `AcmeProblem` 'unauthorized'.
 */
export function refuseAddedNames(
  identifiers: readonly OrderedIdentifier[],
  { name, profile }: Pick<Template, 'name' | 'profile'>,
): void {
  const ordered = new Set(identifiers.map(wireIdentifier).map(({ type, value }) => `${type} ${value}`))
  const added = profile.subjectAltNames.fixed
    .map(({ type, value }) => `${type} ${canonicalName(type, value)}`)
    .filter((text) => !ordered.has(text))
  if (added.length === 0) return
  throw new AcmeProblem(
    'unauthorized',
    `The template "${name}" adds names to each certificate that this order does not name: ${added.join(', ').slice(0, 300)}. Order them too, or ask who runs this server for another template.`,
  )
}

/** As an order has it. */
function canonicalName(type: string, value: string): string {
  const reading = readIdentifier(type, value)
  return 'identifier' in reading ? wireIdentifier(reading.identifier).value : value
}
