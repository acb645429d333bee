import { wordOf } from './closed.ts'

/** The kinds of keys that Chancery makes and certifies. */
const KEY_TYPE_WORDS = [
  'rsa-2048',
  'rsa-3072',
  'rsa-4096',
  'ecdsa-p256',
  'ecdsa-p384',
  'ecdsa-p521',
  'ed25519',
  'ml-dsa-44',
  'ml-dsa-65',
  'ml-dsa-87',
  'slh-dsa-sha2-128s',
  'slh-dsa-sha2-128f',
  'slh-dsa-sha2-192s',
  'slh-dsa-sha2-192f',
  'slh-dsa-sha2-256s',
  'slh-dsa-sha2-256f',
  'slh-dsa-shake-128s',
  'slh-dsa-shake-128f',
  'slh-dsa-shake-192s',
  'slh-dsa-shake-192f',
  'slh-dsa-shake-256s',
  'slh-dsa-shake-256f',
] as const

/** How Chancery signs. */
const SIGNATURE_ALGORITHM_WORDS = [
  'rsa-sha256',
  'rsa-sha384',
  'rsa-sha512',
  'rsa-pss-sha256',
  'rsa-pss-sha384',
  'rsa-pss-sha512',
  'ecdsa-sha256',
  'ecdsa-sha384',
  'ecdsa-sha512',
  'ed25519',
  'ml-dsa-44',
  'ml-dsa-65',
  'ml-dsa-87',
  'slh-dsa-sha2-128s',
  'slh-dsa-sha2-128f',
  'slh-dsa-sha2-192s',
  'slh-dsa-sha2-192f',
  'slh-dsa-sha2-256s',
  'slh-dsa-sha2-256f',
  'slh-dsa-shake-128s',
  'slh-dsa-shake-128f',
  'slh-dsa-shake-192s',
  'slh-dsa-shake-192f',
  'slh-dsa-shake-256s',
  'slh-dsa-shake-256f',
] as const

export const KeyType = wordOf(KEY_TYPE_WORDS, {
  $id: 'KeyType',
  description: 'A kind of key, complete with its size, curve or parameter set.',
})

export const SignatureAlgorithm = wordOf(SIGNATURE_ALGORITHM_WORDS, {
  $id: 'SignatureAlgorithm',
  description:
    'How something is signed. `rsa-…` is RSASSA-PKCS1-v1_5, `rsa-pss-…` is RSASSA-PSS with MGF1 of the same hash. It has to fit the key.',
})

export const KeyUsageBit = wordOf(
  [
    'digitalSignature',
    'nonRepudiation',
    'keyEncipherment',
    'dataEncipherment',
    'keyAgreement',
    'keyCertSign',
    'cRLSign',
    'encipherOnly',
    'decipherOnly',
  ],
  { $id: 'KeyUsageBit', description: 'A bit of keyUsage, RFC 5280 §4.2.1.3.' },
)
