import {
  BasicConstraints,
  type Certificate,
  DerError,
  describePublicKey,
  EXTENDED_KEY_USAGES,
  ExtendedKeyUsage,
  findExtension,
  type KeyDescription,
  KeyUsage,
  NameConstraints,
  namesMatch,
  type Oid,
} from '@chancery/x509'
import type { Issuer } from './issuer.ts'
import { type NameRules, nameRules } from './name-constraints.ts'

/** What lints ask about the issuer, worked out once for each `Issuer`. */
export interface IssuerFacts {
  readonly subject: Uint8Array
  readonly notBefore: number
  readonly notAfter: number
  /** When the first of the certificates above ends. */
  readonly chainEnds: number
  readonly keyIdentifier: Uint8Array | undefined
  readonly key: KeyDescription | undefined
  /** Whether its certificate lets it sign certificates. */
  readonly maySign: boolean
  /** Whether its certificate lets it sign CRLs. */
  readonly maySignCrls: boolean
  /** How many CAs may still come below it before a certificate, by all path lengths above. Infinity: any number. */
  readonly pathLengthLeft: number
  /** The name constraints of all certificates above. `undefined`: one of them cannot be read. */
  readonly nameRules: readonly NameRules[] | undefined
  /** Purposes that all certificates above leave. `undefined`: any. */
  readonly purposes: ReadonlySet<Oid> | undefined
}

type CaCertificate = Pick<Certificate, 'subject' | 'issuer' | 'notBefore' | 'notAfter' | 'publicKey' | 'extensions'>

const known = new WeakMap<Issuer, IssuerFacts>()

/** The facts of an issuer and the chain above it. */
export function issuerFacts(issuer: Issuer): IssuerFacts {
  const facts = known.get(issuer) ?? factsOf(issuer.chain.length > 0 ? issuer.chain : [issuer.certificate], issuer)
  known.set(issuer, facts)
  return facts
}

/** The facts of a root, which is its own issuer. Its limits bind what comes below, not itself. */
export function selfSignedFacts(certificate: CaCertificate, keyIdentifier: Uint8Array | undefined): IssuerFacts {
  return {
    subject: certificate.subject.der,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    chainEnds: certificate.notAfter,
    keyIdentifier,
    key: describe(certificate),
    maySign: maySign(certificate),
    maySignCrls: maySignCrls(certificate),
    pathLengthLeft: Number.POSITIVE_INFINITY,
    nameRules: [],
    purposes: undefined,
  }
}

function factsOf(chain: readonly CaCertificate[], { certificate, subject, keyIdentifier }: Issuer): IssuerFacts {
  return {
    subject: subject.der,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    chainEnds: Math.min(...chain.map(({ notAfter }) => notAfter)),
    keyIdentifier,
    key: describe(certificate),
    maySign: maySign(certificate),
    maySignCrls: maySignCrls(certificate),
    pathLengthLeft: pathLengthLeft(chain),
    nameRules: rulesOf(chain),
    purposes: purposesOf(chain),
  }
}

/** RFC 5280 §6.1.4 (l), (m): self-issued certificates do not count against path lengths. */
function pathLengthLeft(chain: readonly CaCertificate[]): number {
  let below = 0
  let left = Number.POSITIVE_INFINITY
  for (const certificate of chain) {
    const pathLength = readable(() => findExtension(certificate.extensions, BasicConstraints))?.pathLength
    if (pathLength !== undefined) left = Math.min(left, pathLength - below)
    if (!namesMatch(certificate.subject, certificate.issuer)) below += 1
  }
  return left
}

function rulesOf(chain: readonly CaCertificate[]): readonly NameRules[] | undefined {
  try {
    return chain.flatMap(({ extensions }) => {
      const constraints = findExtension(extensions, NameConstraints)
      return constraints === undefined ? [] : [nameRules(constraints)]
    })
  } catch (error) {
    if (error instanceof DerError) return undefined
    throw error
  }
}

function purposesOf(chain: readonly CaCertificate[]): ReadonlySet<Oid> | undefined {
  let left: ReadonlySet<Oid> | undefined
  for (const { extensions } of chain) {
    const purposes = readable(() => findExtension(extensions, ExtendedKeyUsage))
    if (purposes === undefined || purposes.includes(EXTENDED_KEY_USAGES.anyExtendedKeyUsage)) continue
    left = left === undefined ? new Set(purposes) : left.intersection(new Set(purposes))
  }
  return left
}

function maySign({ extensions }: CaCertificate): boolean {
  const constraints = readable(() => findExtension(extensions, BasicConstraints))
  const usage = readable(() => findExtension(extensions, KeyUsage))
  return constraints?.ca === true && (usage === undefined || usage.includes('keyCertSign'))
}

/** RFC 5280 §6.3.3 (f) looks at the bit only where there is a keyUsage. */
function maySignCrls({ extensions }: CaCertificate): boolean {
  const usage = readable(() => findExtension(extensions, KeyUsage))
  return usage === undefined || usage.includes('cRLSign')
}

function describe({ publicKey }: CaCertificate): KeyDescription | undefined {
  return readable(() => describePublicKey(publicKey))
}

/** `undefined` for what cannot be read: the certificate of a foreign CA may hold anything. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof DerError) return undefined
    throw error
  }
}
