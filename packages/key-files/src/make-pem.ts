import { EncryptedPrivateKeyInfo, encodePem } from '@chancery/x509'
import type { MakingCrypto } from './browser-crypto.ts'
import { encryptByPassword } from './encrypt-by-password.ts'
import type { Pkcs12Parts } from './make-pkcs12.ts'

/** The certificates, the key's own first, and then the key, as PEM in one file: encrypted PKCS#8, or PKCS#8 where there is no password. */
export async function makePem(
  { key, certificates, password }: Pick<Pkcs12Parts, 'key' | 'certificates'> & { readonly password?: string },
  crypto: MakingCrypto,
): Promise<string> {
  const chain = certificates.map((der) => encodePem('CERTIFICATE', der)).join('')
  if (password === undefined) return chain + encodePem('PRIVATE KEY', key)
  const { algorithm, encrypted } = await encryptByPassword(key, password, 'modern', crypto)
  const sealed = EncryptedPrivateKeyInfo.encode({ algorithm, encryptedData: encrypted })
  return chain + encodePem('ENCRYPTED PRIVATE KEY', sealed)
}
