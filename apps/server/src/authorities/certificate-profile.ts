import type { Subtree } from '@chancery/pki'
import {
  BasicConstraints,
  type Certificate,
  ExtendedKeyUsage,
  findExtension,
  type GeneralName,
  KeyUsage,
  NameConstraints,
  nameToString,
} from '@chancery/x509'
import type { AuthorityProfile } from './create-root.ts'

/** What a CA's certificate says that its renewal goes on saying: all but its validity. */
export function profileOfCertificate({ extensions }: Certificate): AuthorityProfile {
  const keyUsage = findExtension(extensions, KeyUsage)
  const extendedKeyUsage = findExtension(extensions, ExtendedKeyUsage)
  const constraints = findExtension(extensions, NameConstraints)
  return {
    pathLength: findExtension(extensions, BasicConstraints)?.pathLength ?? null,
    ...(keyUsage && { keyUsage }),
    ...(extendedKeyUsage && { extendedKeyUsage }),
    ...(constraints && {
      nameConstraints: {
        permitted: (constraints.permitted ?? []).flatMap(({ base }) => subtreeOf(base)),
        excluded: (constraints.excluded ?? []).flatMap(({ base }) => subtreeOf(base)),
      },
    }),
  }
}

/**
 * Whether a profile can hold the name constraints of this certificate, if it has any: others constrain names of a type that is
 * not made here, and would be lost.
 */
export function constraintsFitProfile({ extensions }: Certificate): boolean {
  const { permitted = [], excluded = [] } = findExtension(extensions, NameConstraints) ?? {}
  return [...permitted, ...excluded].every(({ base }) => subtreeOf(base).length > 0)
}

function subtreeOf(base: GeneralName): readonly Subtree[] {
  switch (base.type) {
    case 'dns':
    case 'email':
    case 'uri':
    case 'ip':
    case 'upn':
      return [{ type: base.type, value: base.value }]
    case 'directoryName':
      return [{ type: base.type, value: nameToString(base.value) }]
    default:
      return []
  }
}
