import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { PublicKey, RsaPublicKey } from '@chancery/x509'
import { keyOf, publicParts } from '../world.ts'

import type { LintCases } from './lint-case.ts'

const rsa = (modulus: bigint, publicExponent: bigint): PublicKey =>
  PublicKey.decode(
    PublicKey.encode({
      ...keyOf('rsa-2048').publicKey,
      der: spkiOf(RsaPublicKey.encode({ modulus, publicExponent })),
    }),
  )
const nodeKey = (spki: Uint8Array) => publicParts(spki).publicKey
const spkiOf = (pkcs1: Uint8Array): Uint8Array =>
  Uint8Array.from(
    createPublicKey({ key: Buffer.from(pkcs1), format: 'der', type: 'pkcs1' }).export({ type: 'spki', format: 'der' }),
  )
const rsaKey = (modulusLength: number, publicExponent = 65537) =>
  nodeKey(
    Uint8Array.from(
      generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey.export({ type: 'spki', format: 'der' }),
    ),
  )
const curveKey = (namedCurve: string) =>
  nodeKey(Uint8Array.from(generateKeyPairSync('ec', { namedCurve }).publicKey.export({ type: 'spki', format: 'der' })))
const ed448 = nodeKey(Uint8Array.from(generateKeyPairSync('ed448').publicKey.export({ type: 'spki', format: 'der' })))

/** A modulus of 2048 bits that is no key of anyone: divisible by 3 or not, of the ROCA form or not. */
const PRIMORIAL = [
  2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
  113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
].reduce((product, prime) => product * BigInt(prime), 1n)
const rocaModulus = (): bigint => {
  const base = (1n << 2047n) - ((1n << 2047n) % PRIMORIAL)
  return base + PRIMORIAL * 12345n + (65537n ** 5n % PRIMORIAL)
}

export const publicKeyCases: Readonly<Record<string, LintCases>> = {
  keyIsKnown: {
    breaks: [
      { publicKey: ed448 },
      { publicKey: { ...keyOf('ecdsa-p256').publicKey, der: keyOf('ecdsa-p256').publicKey.der.with(26, 5) } },
    ],
    keeps: [{ publicKey: keyOf('slh-dsa-sha2-128f').publicKey }],
  },
  curveIsKnown: {
    breaks: [{ publicKey: curveKey('secp256k1') }],
    keeps: [{ publicKey: keyOf('ecdsa-p521').publicKey }],
  },
  rsaModulusIsLongEnough: {
    breaks: [{ publicKey: rsaKey(1024) }, { publicKey: rsaKey(2047) }],
    keeps: [{ publicKey: keyOf('rsa-2048').publicKey }],
  },
  rsaExponentIsGood: {
    breaks: [
      { publicKey: rsaKey(2048, 3) },
      { publicKey: rsa(rocaModulus(), 65538n) },
      { publicKey: rsa(rocaModulus(), (1n << 256n) + 1n) },
    ],
    keeps: [{ publicKey: rsaKey(2048, 65537) }, { publicKey: rsaKey(2048, 65539) }],
  },
  rsaModulusHasNoSmallFactor: {
    breaks: [{ publicKey: rsa((1n << 2047n) + 2n, 65537n) }, { publicKey: rsa(751n * ((1n << 2042n) + 1n), 65537n) }],
    keeps: [{ publicKey: keyOf('rsa-2048').publicKey }],
  },
  rsaKeyIsNotRoca: {
    breaks: [{ publicKey: rsa(rocaModulus(), 65537n) }],
    keeps: [{ publicKey: keyOf('rsa-2048').publicKey }],
  },
}
