import type { Oid } from './der/oid.ts'

/** Algorithms of keys and signatures, and curves, that Chancery knows by name alone: to say what was refused. */
const NAMES: ReadonlyMap<Oid, string> = new Map([
  ['1.2.840.113549.1.1.4', 'MD5 with RSA'],
  ['1.2.840.113549.1.1.5', 'SHA-1 with RSA'],
  ['1.2.840.113549.1.1.14', 'SHA-224 with RSA'],
  ['1.2.840.113549.1.1.15', 'SHA-512/224 with RSA'],
  ['1.2.840.113549.1.1.16', 'SHA-512/256 with RSA'],
  ['1.2.840.113549.1.1.7', 'RSAES-OAEP'],
  ['1.2.840.113549.1.1.10', 'RSASSA-PSS'],
  ['2.16.840.1.101.3.4.3.13', 'SHA3-224 with RSA'],
  ['2.16.840.1.101.3.4.3.14', 'SHA3-256 with RSA'],
  ['2.16.840.1.101.3.4.3.15', 'SHA3-384 with RSA'],
  ['2.16.840.1.101.3.4.3.16', 'SHA3-512 with RSA'],
  ['1.2.840.10045.4.1', 'ECDSA with SHA-1'],
  ['1.2.840.10045.4.3.1', 'ECDSA with SHA-224'],
  ['2.16.840.1.101.3.4.3.9', 'ECDSA with SHA3-224'],
  ['2.16.840.1.101.3.4.3.10', 'ECDSA with SHA3-256'],
  ['2.16.840.1.101.3.4.3.11', 'ECDSA with SHA3-384'],
  ['2.16.840.1.101.3.4.3.12', 'ECDSA with SHA3-512'],
  ['1.2.840.10040.4.1', 'DSA'],
  ['1.2.840.10040.4.3', 'DSA with SHA-1'],
  ['2.16.840.1.101.3.4.3.1', 'DSA with SHA-224'],
  ['2.16.840.1.101.3.4.3.2', 'DSA with SHA-256'],
  ['2.16.840.1.101.3.4.3.3', 'DSA with SHA-384'],
  ['2.16.840.1.101.3.4.3.4', 'DSA with SHA-512'],
  ['1.3.101.113', 'Ed448'],
  ['1.3.101.110', 'X25519'],
  ['1.3.101.111', 'X448'],
  ['1.2.840.113549.1.3.1', 'Diffie-Hellman'],
  ['1.2.840.10046.2.1', 'Diffie-Hellman'],
  ['1.2.156.10197.1.301', 'SM2'],
  ['1.2.156.10197.1.501', 'SM2 with SM3'],
  ['1.2.840.10045.3.1.1', 'P-192'],
  ['1.3.132.0.33', 'P-224'],
  ['1.3.132.0.10', 'secp256k1'],
  ['1.3.36.3.3.2.8.1.1.7', 'brainpoolP256r1'],
  ['1.3.36.3.3.2.8.1.1.9', 'brainpoolP320r1'],
  ['1.3.36.3.3.2.8.1.1.11', 'brainpoolP384r1'],
  ['1.3.36.3.3.2.8.1.1.13', 'brainpoolP512r1'],
])

/** An algorithm or a curve for people: its name, where it has one that is known here, and its object identifier. */
export function algorithmInWords(id: Oid): string {
  const name = NAMES.get(id)
  return name === undefined ? id : `${name} (${id})`
}
