import type { KeyUsageBit } from '../api/operations.ts'

/** keyUsage, RFC 5280 §4.2.1.3: what a key may do. */
export const KEY_USAGES: readonly { readonly value: KeyUsageBit; readonly label: string; readonly says: string }[] = [
  { value: 'digitalSignature', label: 'Digital signature', says: 'Signs data and handshakes: TLS, log-ins, mail.' },
  { value: 'nonRepudiation', label: 'Non-repudiation', says: 'Signs what its holder is to be held to: documents.' },
  { value: 'keyEncipherment', label: 'Key encipherment', says: 'Encrypts keys: TLS with RSA, encrypted mail.' },
  { value: 'dataEncipherment', label: 'Data encipherment', says: 'Encrypts data itself. Rarely needed.' },
  { value: 'keyAgreement', label: 'Key agreement', says: 'Agrees on keys: static Diffie-Hellman.' },
  { value: 'keyCertSign', label: 'Certificate signing', says: 'Signs certificates. For CAs alone.' },
  { value: 'cRLSign', label: 'CRL signing', says: 'Signs lists of revoked certificates.' },
  { value: 'encipherOnly', label: 'Encipher only', says: 'With key agreement: only encrypts.' },
  { value: 'decipherOnly', label: 'Decipher only', says: 'With key agreement: only decrypts.' },
]

/** Purposes of extendedKeyUsage, RFC 5280 §4.2.1.12, and those that other software knows. */
export const PURPOSES: readonly { readonly value: string; readonly label: string; readonly name: string }[] = [
  { value: '1.3.6.1.5.5.7.3.1', label: 'TLS server', name: 'serverAuth' },
  { value: '1.3.6.1.5.5.7.3.2', label: 'TLS client', name: 'clientAuth' },
  { value: '1.3.6.1.5.5.7.3.3', label: 'Code signing', name: 'codeSigning' },
  { value: '1.3.6.1.5.5.7.3.4', label: 'E-mail protection', name: 'emailProtection' },
  { value: '1.3.6.1.5.5.7.3.8', label: 'Timestamping', name: 'timeStamping' },
  { value: '1.3.6.1.5.5.7.3.9', label: 'OCSP signing', name: 'OCSPSigning' },
  { value: '1.3.6.1.5.5.7.3.36', label: 'Document signing', name: 'documentSigning' },
  { value: '1.3.6.1.4.1.311.20.2.2', label: 'Smart card log-on', name: 'smartcardLogon' },
  { value: '1.3.6.1.4.1.311.10.3.4', label: 'Encrypting file system', name: 'msEFS' },
  { value: '1.3.6.1.5.5.7.3.17', label: 'IPsec IKE', name: 'ipsecIKE' },
  { value: '1.3.6.1.5.5.7.3.5', label: 'IPsec end system', name: 'ipsecEndSystem' },
  { value: '1.3.6.1.5.5.7.3.6', label: 'IPsec tunnel', name: 'ipsecTunnel' },
  { value: '1.3.6.1.5.5.7.3.7', label: 'IPsec user', name: 'ipsecUser' },
  { value: '1.3.6.1.4.1.311.2.1.21', label: 'Microsoft individual code signing', name: 'msCodeInd' },
  { value: '1.3.6.1.4.1.311.2.1.22', label: 'Microsoft commercial code signing', name: 'msCodeCom' },
  { value: '1.3.6.1.4.1.311.10.3.1', label: 'Microsoft trust list signing', name: 'msCTLSign' },
  { value: '2.5.29.37.0', label: 'Any purpose', name: 'anyExtendedKeyUsage' },
]

const KEY_USAGE_LABELS = new Map<string, string>(KEY_USAGES.map(({ value, label }) => [value, label]))
const PURPOSE_LABELS = new Map(
  PURPOSES.flatMap(({ value, label, name }) => [[value, label] as const, [name, label] as const]),
)

export function keyUsageLabel(bit: string): string {
  return KEY_USAGE_LABELS.get(bit) ?? bit
}

/** For an object identifier or a name of RFC 5280. */
export function purposeLabel(purpose: string): string {
  return PURPOSE_LABELS.get(purpose) ?? purpose
}
