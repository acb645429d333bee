import type { GeneralName } from '@chancery/x509'
import type { CertificateRequest } from './certificate-request.ts'
import { nameInText } from './host-like.ts'
import type { Profile, SubjectAltNameText } from './profile.ts'
import { type TypedAttribute, takeSubject } from './subject.ts'
import { canonicalName, isSanType, readSubjectAltName } from './subject-alt-name.ts'
import { COMMON_NAME } from './well-known-attributes.ts'

/** The names that a certificate of a profile has of a request: the subject in order, and the alternative names. */
export interface NamesTaken {
  readonly subject: readonly TypedAttribute[]
  readonly subjectAltNames: readonly GeneralName[]
}

/**
 * What a profile takes from a request, what it always adds, each name once. Names that are no names are kept as they
 * are: who judges requests says what is wrong with them, and nobody encodes what was not judged.
 */
export function takeNames(
  profile: Profile,
  request: Pick<CertificateRequest, 'subject' | 'subjectAltNames'>,
): NamesTaken {
  const subject = takeSubject(profile, request.subject)
  const { fromRequest, fromCommonName, fixed } = profile.subjectAltNames
  const requested = request.subjectAltNames.filter((name) => takesName(profile, name)).map(canonicalOrSame)
  const names = requested.length === 0 && fromCommonName ? namesInSubject(subject, fromRequest) : requested
  const added = fixed
    .flatMap((text) => readFixed(text))
    .filter((name) => !names.some((other) => isSameName(name, other)))
  return { subject, subjectAltNames: added.length === 0 ? names : [...names, ...added] }
}

/** Whether a profile takes this alternative name from requests. */
export function takesName(profile: Pick<Profile, 'subjectAltNames'>, { type }: GeneralName): boolean {
  return isSanType(type) && profile.subjectAltNames.fromRequest.includes(type)
}

/** Whether two canonical names are the same. */
function isSameName(a: GeneralName, b: GeneralName): boolean {
  return keyOf(a) === keyOf(b)
}

/** A text that two canonical names share only when they are the same. */
export function keyOf(name: GeneralName): string {
  switch (name.type) {
    case 'directoryName':
      return `${name.type} ${name.value.der.toHex()}`
    case 'otherName':
      return `${name.type} ${name.typeId} ${name.value.toHex()}`
    case 'unsupported':
      return `${name.type} ${name.der.toHex()}`
    default:
      return `${name.type} ${name.value}`
  }
}

function canonicalOrSame(name: GeneralName): GeneralName {
  const reading = canonicalName(name)
  return 'name' in reading ? reading.name : name
}

function readFixed(text: SubjectAltNameText): readonly GeneralName[] {
  const reading = readSubjectAltName(text)
  return 'name' in reading ? [reading.name] : []
}

function namesInSubject(subject: readonly TypedAttribute[], types: readonly string[]): readonly GeneralName[] {
  const found = subject
    .filter(({ type }) => type === COMMON_NAME)
    .map(({ value }) => nameInText(value))
    .filter((name) => name !== undefined)
  return found.filter(({ type }) => types.includes(type)).slice(0, 1)
}
