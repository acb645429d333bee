import type { SanType, SubjectAltNameText } from '@chancery/pki'
import { type GeneralName, nameToString } from '@chancery/x509'

/** SANs as text, for lists and search. Kinds that no template takes from a request are shown by what OpenSSL would call them. */
export function sanTexts(names: readonly GeneralName[]): readonly SubjectAltNameText[] {
  return names.flatMap((name) => {
    const value = textOf(name)
    return value === undefined ? [] : [{ type: name.type as SanType, value }]
  })
}

function textOf(name: GeneralName): string | undefined {
  switch (name.type) {
    case 'directoryName':
      return nameToString(name.value)
    case 'otherName':
    case 'unsupported':
      return undefined
    default:
      return name.value
  }
}
