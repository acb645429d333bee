import {
  BasicConstraints,
  decodeCertificate,
  decodePem,
  ExtendedKeyUsage,
  findExtension,
  KeyUsage,
} from '@chancery/x509'
import { NEW_PROFILE, type ProfileValues } from './authority-values.ts'

/** What the certificate of a CA (PEM) says, as the form for its next one shows it. */
export function profileOfCertificate(pem: string): Pick<ProfileValues, 'pathLength' | 'keyUsage' | 'purposes'> {
  const [block] = decodePem(pem)
  const extensions = block === undefined ? [] : decodeCertificate(block.der).extensions
  return {
    pathLength: String(findExtension(extensions, BasicConstraints)?.pathLength ?? ''),
    keyUsage: findExtension(extensions, KeyUsage) ?? NEW_PROFILE.keyUsage,
    purposes: findExtension(extensions, ExtendedKeyUsage) ?? [],
  }
}
