import {
  attributeValues,
  findExtension,
  type GeneralName,
  type Name,
  nameToString,
  SubjectAltName,
  type TbsCertificate,
} from '@chancery/x509'
import type { IndexedName } from './certificate-register.ts'

const COMMON_NAME = '2.5.4.3'
const EMAIL_ADDRESS = '1.2.840.113549.1.9.1'

/** The names by which people look for a certificate, in lower case, each once. */
export function indexedNames({
  subject,
  extensions,
}: Pick<TbsCertificate, 'subject' | 'extensions'>): readonly IndexedName[] {
  const names = [...namesIn(subject), ...(findExtension(extensions, SubjectAltName) ?? []).flatMap(namesOf)]
  const each = new Map(
    names.map(({ type, value }) => [`${type} ${value.toLowerCase()}`, { type, value: value.toLowerCase() }]),
  )
  return [...each.values()]
}

/** Of a distinguished name people know the common name and the e-mail address. */
function namesIn(name: Name): readonly IndexedName[] {
  return [
    ...attributeValues(name, COMMON_NAME).map((value): IndexedName => ({ type: 'commonName', value })),
    ...attributeValues(name, EMAIL_ADDRESS).map((value): IndexedName => ({ type: 'email', value })),
  ]
}

function namesOf(name: GeneralName): readonly IndexedName[] {
  switch (name.type) {
    case 'dns':
    case 'ip':
    case 'email':
    case 'uri':
    case 'upn':
    case 'registeredId':
      return [{ type: name.type, value: name.value }]
    case 'directoryName':
      return [{ type: 'directoryName', value: nameToString(name.value) }, ...namesIn(name.value)]
    case 'otherName':
    case 'unsupported':
      return []
  }
}
