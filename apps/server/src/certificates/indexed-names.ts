import { attributeValues, findExtension, SubjectAltName, type TbsCertificate } from '@chancery/x509'
import type { IndexedName } from './certificate-register.ts'

const COMMON_NAME = '2.5.4.3'

/** The names by which people look for a certificate, in lower case, each once. */
export function indexedNames({
  subject,
  extensions,
}: Pick<TbsCertificate, 'subject' | 'extensions'>): readonly IndexedName[] {
  const names = attributeValues(subject, COMMON_NAME).map((value): IndexedName => ({ type: 'commonName', value }))
  for (const name of findExtension(extensions, SubjectAltName) ?? []) {
    switch (name.type) {
      case 'dns':
      case 'ip':
      case 'email':
      case 'uri':
      case 'upn':
        names.push({ type: name.type, value: name.value })
    }
  }
  const each = new Map(
    names.map(({ type, value }) => [`${type} ${value.toLowerCase()}`, { type, value: value.toLowerCase() }]),
  )
  return [...each.values()]
}
