import { CertId } from './cert-id.ts'
import { type CrlReason, CrlReasonCode } from './crl-extensions.ts'
import type { Infer } from './der/codec.ts'
import { DerError } from './der/der-error.ts'
import { explicit, implicit, nothing, octetString, smallInteger } from './der/primitives.ts'
import { choice, mapped, oneOrMore, optional, sequence, withDefault } from './der/structures.ts'
import { generalizedTime } from './der/time.ts'
import { type Extension, Extensions, findExtension, makeExtension } from './extensions.ts'
import { Name } from './name.ts'
import { OcspNonce } from './ocsp-request.ts'

/** RFC 6960 §4.2.1. A revocation without a reason is one whose reason nobody gave; `unspecified` is never written. */
export type CertStatus =
  | { readonly type: 'good' }
  | { readonly type: 'revoked'; readonly revokedAt: number; readonly reason?: CrlReason | undefined }
  | { readonly type: 'unknown' }

/** Who answers (RFC 6960 §4.2.1): `keyHash` is the SHA-1 of the contents of the responder's subjectPublicKey. */
export type ResponderId =
  | { readonly type: 'byName'; readonly name: Name }
  | { readonly type: 'byKey'; readonly keyHash: Uint8Array }

/** The answer about one certificate. Times are milliseconds. */
export interface SingleResponse {
  readonly certId: CertId
  readonly certStatus: CertStatus
  readonly thisUpdate: number
  readonly nextUpdate?: number | undefined
  readonly extensions?: readonly Extension[] | undefined
}

/** What a responder signs. The nonce comes before the other extensions. */
export interface ResponseData {
  readonly responderId: ResponderId
  readonly producedAt: number
  readonly responses: readonly SingleResponse[]
  readonly nonce?: Uint8Array | undefined
  readonly extensions?: readonly Extension[] | undefined
}

/**
 * RFC 6960 §4.2.1
 *
 *     CertStatus ::= CHOICE {
 *          good        [0] IMPLICIT NULL,
 *          revoked     [1] IMPLICIT RevokedInfo,
 *          unknown     [2] IMPLICIT UnknownInfo }
 *
 *     RevokedInfo ::= SEQUENCE {
 *          revocationTime              GeneralizedTime,
 *          revocationReason    [0] EXPLICIT CRLReason OPTIONAL }
 */
const revokedInfo = sequence({
  revocationTime: generalizedTime,
  revocationReason: optional(explicit(0, CrlReasonCode)),
})
const certStatusChoice = choice({
  good: implicit(0, nothing),
  revoked: implicit(1, revokedInfo),
  unknown: implicit(2, nothing),
})
const certStatus = mapped<Infer<typeof certStatusChoice>, CertStatus>(
  certStatusChoice,
  (status) =>
    status.kind === 'revoked'
      ? { type: 'revoked', revokedAt: status.value.revocationTime, reason: status.value.revocationReason }
      : { type: status.kind },
  (status) => {
    if (status.type !== 'revoked') return { kind: status.type, value: null }
    const reason = status.reason === 'unspecified' ? undefined : status.reason
    return { kind: 'revoked', value: { revocationTime: status.revokedAt, revocationReason: reason } }
  },
)

/**
 * RFC 6960 §4.2.1
 *
 *     ResponderID ::= CHOICE {
 *          byName   [1] Name,
 *          byKey    [2] KeyHash }
 */
const responderIdChoice = choice({ byName: explicit(1, Name), byKey: explicit(2, octetString) })
const responderId = mapped<Infer<typeof responderIdChoice>, ResponderId>(
  responderIdChoice,
  (id) =>
    id.kind === 'byName' ? { type: 'byName', name: id.value } : { type: 'byKey', keyHash: checkKeyHash(id.value) },
  (id) =>
    id.type === 'byName' ? { kind: 'byName', value: id.name } : { kind: 'byKey', value: checkKeyHash(id.keyHash) },
)

/**
 * RFC 6960 §4.2.1
 *
 *     SingleResponse ::= SEQUENCE {
 *          certID                       CertID,
 *          certStatus                   CertStatus,
 *          thisUpdate                   GeneralizedTime,
 *          nextUpdate         [0]       EXPLICIT GeneralizedTime OPTIONAL,
 *          singleExtensions   [1]       EXPLICIT Extensions OPTIONAL }
 */
const singleResponse = sequence({
  certId: CertId,
  certStatus,
  thisUpdate: generalizedTime,
  nextUpdate: optional(explicit(0, generalizedTime)),
  extensions: optional(explicit(1, Extensions)),
})

/**
 * RFC 6960 §4.2.1
 *
 *     ResponseData ::= SEQUENCE {
 *          version              [0] EXPLICIT Version DEFAULT v1,
 *          responderID              ResponderID,
 *          producedAt               GeneralizedTime,
 *          responses                SEQUENCE OF SingleResponse,
 *          responseExtensions   [1] EXPLICIT Extensions OPTIONAL }
 */
const responseDataCodec = sequence({
  version: withDefault(explicit(0, smallInteger), 0),
  responderId,
  producedAt: generalizedTime,
  responses: oneOrMore(singleResponse),
  extensions: optional(explicit(1, Extensions)),
})

/** The DER of ResponseData: what a responder signs. An answer without an extension leaves the field out. */
export function encodeOcspResponseData(data: ResponseData): Uint8Array {
  const { responderId, producedAt, responses, nonce, extensions = NO_EXTENSIONS } = data
  const all = nonce === undefined ? extensions : [makeExtension(OcspNonce, nonce), ...extensions]
  return responseDataCodec.encode({
    version: 0,
    responderId,
    producedAt,
    responses,
    extensions: all.length === 0 ? undefined : all,
  })
}

/** Reads what `encodeOcspResponseData` writes; the nonce is among the extensions as well. Throws `DerError`. */
export function decodeOcspResponseData(der: Uint8Array): ResponseData & { readonly extensions: readonly Extension[] } {
  const { version, extensions = NO_EXTENSIONS, ...data } = responseDataCodec.decode(der)
  if (version !== 0) throw new DerError('expected version 1', 'version')
  return { ...data, nonce: findExtension(extensions, OcspNonce), extensions }
}
const NO_EXTENSIONS: readonly Extension[] = []

function checkKeyHash(hash: Uint8Array): Uint8Array {
  if (hash.length !== SHA1_OCTETS) throw new DerError(`a key hash has ${SHA1_OCTETS} octets, not ${hash.length}`)
  return hash
}
const SHA1_OCTETS = 20
