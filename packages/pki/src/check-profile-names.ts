import { attributeType, attributeTypeOid, DerError, makeName } from '@chancery/x509'
import type { SubjectAttribute } from './certificate-request.ts'
import { type Profile, SAN_TYPES } from './profile.ts'
import type { Problem } from './refusal.ts'
import { takesAttribute } from './subject.ts'
import { readSubjectAltName } from './subject-alt-name.ts'
import { unknownAttribute } from './well-known-attributes.ts'

/** What is wrong with a profile's rules for subject and alternative names. */
export function checkProfileNames(profile: Profile): Problem[] {
  return [...checkSubject(profile.subject), ...checkAlternativeNames(profile.subjectAltNames)]
}

function checkSubject({ fromRequest, required, fixed }: Profile['subject']): Problem[] {
  const types = fromRequest === 'any' ? [] : fromRequest
  const fixedTypes = fixed.map(({ type }) => attributeTypeOid(type))
  return [
    ...unknownTypes('/subject/fromRequest', types),
    ...unknownTypes('/subject/required', required),
    ...required.flatMap((type, at) => {
      const id = attributeTypeOid(type)
      if (id === undefined || takesAttribute(fromRequest, id) || fixedTypes.includes(id)) return []
      return [problem(`/subject/required/${at}`, `${type} is required, but neither taken from requests nor fixed.`)]
    }),
    ...fixed.flatMap((attribute, at) => checkFixed(attribute, `/subject/fixed/${at}`)),
  ]
}

function unknownTypes(field: string, types: readonly string[]): Problem[] {
  return types.flatMap((type, at) =>
    attributeTypeOid(type) === undefined ? [problem(`${field}/${at}`, unknownAttribute(type))] : [],
  )
}

function checkFixed({ type, value }: SubjectAttribute, field: string): Problem[] {
  const id = attributeTypeOid(type)
  if (id === undefined) return unknownTypes(field, [type]).map((found) => ({ ...found, field: `${field}/type` }))
  const bound = attributeType(id)?.upperBound
  const length = [...value].length
  if (value.trim() === '') return [problem(`${field}/value`, `Give the ${type} a value.`)]
  if (bound !== undefined && length > bound)
    return [problem(`${field}/value`, `A ${type} has at most ${bound} characters, this has ${length}.`)]
  try {
    makeName([[{ type: id, value }]])
    return []
  } catch (error) {
    if (error instanceof DerError) return [problem(`${field}/value`, `It cannot be encoded: ${error.problem}.`)]
    throw error
  }
}

function checkAlternativeNames(names: Profile['subjectAltNames']): Problem[] {
  const { fromRequest, required, fixed, fromCommonName } = names
  const hasSource = fromRequest.length > 0 || fixed.length > 0
  return [
    ...fromRequest.flatMap((type, at) =>
      SAN_TYPES.includes(type)
        ? []
        : [problem(`/subjectAltNames/fromRequest/${at}`, `"${String(type).slice(0, 50)}" is no type of name.`)],
    ),
    ...(required && !hasSource
      ? [problem('/subjectAltNames/required', 'A name is required, but neither taken from requests nor fixed.')]
      : []),
    ...(fromCommonName && !fromRequest.some((type) => type === 'dns' || type === 'ip' || type === 'email')
      ? [
          problem(
            '/subjectAltNames/fromCommonName',
            'Take dns, ip or email names from requests, for a common name to become one.',
          ),
        ]
      : []),
    ...fixed.flatMap((text, at) => {
      const reading = readSubjectAltName(text)
      return 'name' in reading ? [] : [problem(`/subjectAltNames/fixed/${at}`, reading.problem)]
    }),
  ]
}

function problem(field: string, detail: string): Problem {
  return { field, detail }
}
