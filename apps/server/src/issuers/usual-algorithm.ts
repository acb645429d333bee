import { type SignatureAlgorithm, signatureAlgorithmsFor } from '@chancery/x509'
import type { Generation } from './authority.ts'

/** How a generation signs where nobody chose otherwise: as was said of it, or by the default of its key. */
export function usualAlgorithm({
  keyType,
  signatureAlgorithm,
}: Pick<Generation, 'keyType' | 'signatureAlgorithm'>): SignatureAlgorithm {
  const algorithm = signatureAlgorithm ?? signatureAlgorithmsFor(keyType)[0]
  if (algorithm === undefined) throw new TypeError(`no signature algorithm for ${keyType}`)
  return algorithm
}
