import { attributeValues, decodeTbsCertificate, findExtension, SubjectAltName } from '@chancery/x509'
import type { IndexedName } from './certificate-register.ts'

const COMMON_NAME = '2.5.4.3'

/** The names in a TBSCertificate by which people look for a certificate, in lower case, each once. */
export function indexedNames(tbs: Uint8Array): readonly IndexedName[] {
  const { subject, extensions } = decodeTbsCertificate(tbs)
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
