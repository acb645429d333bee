import {
  attributeTypeName,
  attributeTypeOid,
  DerError,
  EMPTY_NAME,
  makeName,
  type Name,
  type Oid,
} from '@chancery/x509'
import type { SubjectAttribute } from './certificate-request.ts'
import type { Profile } from './profile.ts'

/** An attribute of a subject by its identifier. */
export interface TypedAttribute {
  readonly type: Oid
  readonly value: string
}

/**
 * The order in which subjects are written, from the widest to the narrowest; what is not here comes last, as it was
 * requested. One order, whatever wrote the request, so that the same subject is always the same bytes.
 */
const ORDER: readonly string[] = [
  'domainComponent',
  'jurisdictionCountryName',
  'jurisdictionStateOrProvinceName',
  'jurisdictionLocalityName',
  'businessCategory',
  'countryName',
  'stateOrProvinceName',
  'localityName',
  'postalCode',
  'streetAddress',
  'organizationName',
  'organizationIdentifier',
  'organizationalUnitName',
  'title',
  'surname',
  'givenName',
  'initials',
  'generationQualifier',
  'pseudonym',
  'name',
  'commonName',
  'dnQualifier',
  'serialNumber',
  'userId',
  'unstructuredName',
  'unstructuredAddress',
  'emailAddress',
]
const POSITIONS = new Map<Oid, number>(ORDER.map((name, at) => [attributeTypeOid(name) ?? name, at]))

/**
 * The subject that a profile makes of a requested one: taken, fixed, in order. Attributes of unknown names are left
 * out.
 */
export function takeSubject(
  profile: Pick<Profile, 'subject'>,
  requested: readonly SubjectAttribute[],
): readonly TypedAttribute[] {
  const { fromRequest } = profile.subject
  const fixed = typed(profile.subject.fixed)
  const taken = typed(requested).filter(
    ({ type }) => takesAttribute(fromRequest, type) && !fixed.some((attribute) => attribute.type === type),
  )
  return inOrder([...taken, ...fixed])
}

/** Attributes in canonical order. */
export function inOrder(attributes: readonly TypedAttribute[]): readonly TypedAttribute[] {
  return attributes.toSorted((a, b) => position(a.type) - position(b.type))
}

/** Attributes by identifier; those of unknown names are left out. */
export function typed(attributes: readonly SubjectAttribute[]): TypedAttribute[] {
  return attributes.flatMap(({ type, value }) => {
    const id = attributeTypeOid(type)
    return id === undefined ? [] : [{ type: id, value }]
  })
}

/** Whether a profile takes attributes of this type from requests. */
export function takesAttribute(fromRequest: Profile['subject']['fromRequest'], type: Oid): boolean {
  return (
    fromRequest === 'any' ||
    fromRequest.some((name) => name === attributeTypeName(type) || attributeTypeOid(name) === type)
  )
}

function position(type: Oid): number {
  return POSITIONS.get(type) ?? ORDER.length
}

/** One attribute in each relative distinguished name: what all software expects. Throws `DerError` at the name of an attribute. */
export function subjectName(attributes: readonly TypedAttribute[]): Name {
  if (attributes.length === 0) return EMPTY_NAME
  try {
    return makeName(attributes.map((attribute) => [attribute]))
  } catch (error) {
    // Which one it is is looked for when there is one: names are made for every certificate.
    for (const attribute of attributes) encodeAlone(attribute)
    throw error
  }
}

function encodeAlone(attribute: TypedAttribute): void {
  try {
    makeName([[attribute]])
  } catch (error) {
    throw error instanceof DerError ? new DerError(error.problem, attributeTypeName(attribute.type)) : error
  }
}
