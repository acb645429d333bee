import { type Overrides, type Problem, Refusal, type SubjectAttribute } from '@chancery/pki'
import { attributeTypeOid, makeName, nameToString } from '@chancery/x509'

/** All names of a form, and its validity if it has one: what it does not name it does not have. */
export function requestedNames({ subject = [], subjectAltNames = [], validity }: Overrides) {
  return { subject, subjectAltNames, ...(validity !== undefined && { validity }) }
}

/** A subject as lists show it, RFC 4514. */
export function subjectText(subject: readonly SubjectAttribute[]): string {
  const known = subject.flatMap(({ type, value }) => {
    const id = attributeTypeOid(type)
    return id === undefined ? [] : [[{ type: id, value }]]
  })
  return nameToString(makeName(known))
}

/** Throws `Refusal` with all of them, if there are any. */
export function refuseProblems(problems: readonly Problem[]): void {
  const [first] = problems
  if (first === undefined) return
  const more = problems.length === 1 ? '' : ` There are ${problems.length} problems in all.`
  throw new Refusal('not-permitted', `${first.detail}${more}`, problems)
}
