import {
  algorithmInWords,
  DerError,
  describePublicKey,
  type KeyDescription,
  keyTypeOf,
  type PublicKey,
} from '@chancery/x509'
import type { Profile } from './profile.ts'
import type { Problem } from './refusal.ts'
import { isGoodExponent, isRoca, SMALLEST_RSA, smallFactorOf } from './weak-rsa.ts'

/** What speaks against certifying this key at all, or under this profile. Judged as soon as somebody submits it. */
export function judgeKey(
  publicKey: PublicKey,
  template: { readonly name: string; readonly profile: Profile },
): Problem[] {
  const description = describe(publicKey)
  if (typeof description === 'string')
    return [problem('Public keys are encoded as their algorithm says.', 'RFC 5280 §4.1.2.7', description)]
  const weakness = weaknessOf(description)
  if (weakness !== undefined) return [weakness]
  const keyType = keyTypeOf(publicKey)
  if (keyType !== undefined && template.profile.keyTypes.includes(keyType)) return []
  return [
    problem(
      `Keys are one of: ${template.profile.keyTypes.join(', ')}.`,
      `template "${template.name}"`,
      `This is ${keyType ?? describeInWords(description)}. Make a key that the template takes (${template.profile.keyTypes.join(', ')}), and a new request with it.`,
    ),
  ]
}

function describe(publicKey: PublicKey): KeyDescription | string {
  try {
    return describePublicKey(publicKey)
  } catch (error) {
    if (error instanceof DerError) return `The public key cannot be read: ${error.message}.`
    throw error
  }
}

function weaknessOf(key: KeyDescription): Problem | undefined {
  const advice = 'Make a new key.'
  if (key.family !== 'rsa') return undefined
  if (key.bits < SMALLEST_RSA)
    return problem(
      `RSA keys have at least ${SMALLEST_RSA} bits.`,
      'CA/Browser Forum Baseline Requirements §6.1.5',
      `This RSA key has ${key.bits} bits, and ${SMALLEST_RSA} are the least. ${advice}`,
    )
  if (!isGoodExponent(key.exponent))
    return problem(
      'RSA exponents are odd and at least 65537.',
      'FIPS 186-4 §B.3.1',
      `The exponent of this RSA key is ${shortened(key.exponent)}. Make a new key with 65537.`,
    )
  // Beyond what anyone uses, long divisions would be work that a stranger can order.
  if (key.bits > LONGEST_RSA)
    return problem(
      `RSA keys have at most ${LONGEST_RSA} bits.`,
      'Chancery',
      `This RSA key has ${key.bits} bits, and ${LONGEST_RSA} are the most. ${advice}`,
    )
  const factor = smallFactorOf(key.modulus)
  if (factor !== undefined)
    return problem(
      'RSA moduli have no small factors.',
      'CA/Browser Forum Baseline Requirements §6.1.6',
      `The modulus of this RSA key can be divided by ${factor}: what made it is broken. ${advice}`,
    )
  if (isRoca(key.modulus))
    return problem(
      'RSA keys come from a sound generator.',
      'CVE-2017-15361',
      'This RSA key was made by a chip whose keys can be computed. Make a new key elsewhere.',
    )
  return undefined
}
const LONGEST_RSA = 16384

function describeInWords(key: KeyDescription): string {
  if (key.family === 'rsa') return `an RSA key of ${key.bits} bits`
  if (key.family === 'ec') return `a key on the curve ${algorithmInWords(key.curve)}`
  return key.family === 'unknown' ? `a key of the algorithm ${algorithmInWords(key.algorithm)}` : key.family
}

function shortened(exponent: bigint): string {
  const text = exponent.toString()
  return text.length > 20 ? `${text.slice(0, 20)}…` : text
}

function problem(rule: string, cites: string, detail: string): Problem {
  return { field: '/publicKey', rule, cites, detail }
}
