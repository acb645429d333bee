import { type KeyType, type SignatureAlgorithm, signatureAlgorithmsFor } from '@chancery/x509'
import { Refusal } from './refusal.ts'

/**
 * The algorithm asked for, or the key's default. Throws `Refusal` `not-permitted` when the key cannot sign that way.
 */
export function chooseSignatureAlgorithm(wanted: SignatureAlgorithm | undefined, keyType: KeyType): SignatureAlgorithm {
  const [first, ...others] = signatureAlgorithmsFor(keyType)
  if (first === undefined) throw new Error(`no signature algorithm for ${keyType}`)
  if (wanted === undefined || wanted === first || others.includes(wanted)) return wanted ?? first
  const detail = `The template asks for ${wanted}, and the CA has a key of type ${keyType}. Choose one of: ${[first, ...others].join(', ')}.`
  throw new Refusal('not-permitted', detail, [
    { field: '/signatureAlgorithm', rule: 'Signature algorithms fit the key that signs.', cites: 'template', detail },
  ])
}
