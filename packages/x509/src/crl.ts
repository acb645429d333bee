import { AlgorithmIdentifier } from './algorithm-identifiers.ts'
import { equalBytes } from './bytes.ts'
import { type CrlReason, InvalidityDate, ReasonCode } from './crl-extensions.ts'
import type { Infer } from './der/codec.ts'
import { DerError, inField } from './der/der-error.ts'
import { DerReader } from './der/der-reader.ts'
import { explicit, integer, sequenceBytes, smallInteger } from './der/primitives.ts'
import { optional, sequence } from './der/structures.ts'
import { TAG } from './der/tag.ts'
import { time5280 } from './der/time.ts'
import { type Extension, Extensions, findExtension } from './extensions.ts'
import { Name } from './name.ts'
import { Signed } from './signed.ts'

/** A CRL (RFC 5280 §5.1) as it was read. Times are milliseconds; byte arrays are views of `der`. */
export interface CertificateList {
  readonly der: Uint8Array
  /** The exact bytes that `signature` is over. */
  readonly tbs: Uint8Array
  readonly version: 1 | 2
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly issuer: Name
  readonly thisUpdate: number
  readonly nextUpdate: number | undefined
  /** Decoded one by one as they are asked for, each time anew. A broken entry throws `DerError` at its turn. */
  readonly entries: Iterable<CrlEntry>
  readonly extensions: readonly Extension[]
  readonly signature: Uint8Array
}

/** One revoked certificate. Without a reason the entry says none, which means `unspecified`. */
export interface CrlEntry {
  readonly serialNumber: bigint
  readonly revokedAt: number
  readonly reason: CrlReason | undefined
  readonly invalidityDate: number | undefined
  readonly extensions: readonly Extension[]
}

/**
 * RFC 5280 §5.1
 *
 *     TBSCertList ::= SEQUENCE {
 *          version              Version OPTIONAL, -- if present, MUST be v2
 *          signature            AlgorithmIdentifier,
 *          issuer               Name,
 *          thisUpdate           Time,
 *          nextUpdate           Time OPTIONAL,
 *          revokedCertificates  SEQUENCE OF SEQUENCE { … } OPTIONAL,
 *          crlExtensions        [0] Extensions OPTIONAL }
 */
const tbsCertList = sequence({
  version: optional(smallInteger),
  signature: AlgorithmIdentifier,
  issuer: Name,
  thisUpdate: time5280,
  nextUpdate: optional(time5280),
  revokedCertificates: optional(sequenceBytes),
  crlExtensions: optional(explicit(0, Extensions)),
})

const revokedCertificate = sequence({
  userCertificate: integer,
  revocationDate: time5280,
  crlEntryExtensions: optional(Extensions),
})

/** Reads a CRL. Its entries are left as they stand until somebody iterates over them. Throws `DerError`. */
export function decodeCertificateList(der: Uint8Array): CertificateList {
  const { tbs, signatureAlgorithm, signature } = Signed.decode(der)
  return inField('tbsCertList', () => {
    const list = tbsCertList.decode(tbs)
    checkVersion(list)
    if (!equalBytes(list.signature.der, signatureAlgorithm.der))
      throw new DerError('differs from the signatureAlgorithm beside it', 'signature')
    return {
      der,
      tbs,
      version: list.version === undefined ? 1 : 2,
      signatureAlgorithm,
      issuer: list.issuer,
      thisUpdate: list.thisUpdate,
      nextUpdate: list.nextUpdate,
      entries: { [Symbol.iterator]: () => entriesOf(list) },
      extensions: list.crlExtensions ?? NO_EXTENSIONS,
      signature,
    }
  })
}

type TbsCertList = Infer<typeof tbsCertList>

function checkVersion({ version, crlExtensions }: TbsCertList): void {
  if (version !== undefined && version !== 1) throw new DerError('expected version 2', 'version')
  if (crlExtensions !== undefined && version === undefined)
    throw new DerError('a version 1 CRL has no extensions', 'crlExtensions')
}

function* entriesOf({ revokedCertificates, version }: TbsCertList): Generator<CrlEntry, undefined> {
  if (revokedCertificates === undefined) return
  const list = new DerReader(revokedCertificates)
  list.enter(TAG.sequence)
  for (let index = 0; !list.atEnd; index++)
    yield inField(`tbsCertList.revokedCertificates.${index}`, () => readEntry(list, version))
}

function readEntry(list: DerReader, version: number | undefined): CrlEntry {
  const { userCertificate, revocationDate, crlEntryExtensions } = revokedCertificate.read(list)
  if (crlEntryExtensions !== undefined && version === undefined)
    throw new DerError('an entry of a version 1 CRL has no extensions', 'crlEntryExtensions')
  const extensions = crlEntryExtensions ?? NO_EXTENSIONS
  return {
    serialNumber: userCertificate,
    revokedAt: revocationDate,
    reason: findExtension(extensions, ReasonCode),
    invalidityDate: findExtension(extensions, InvalidityDate),
    extensions,
  }
}
const NO_EXTENSIONS: readonly Extension[] = []
