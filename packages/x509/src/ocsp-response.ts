import { AlgorithmIdentifier } from './algorithm-identifiers.ts'
import { DerError, inField } from './der/der-error.ts'
import { type Oid, oid } from './der/oid.ts'
import { bitString, enumerated, explicit, octetsOf, sequenceBytes } from './der/primitives.ts'
import { mapped, optional, sequence, sequenceOf } from './der/structures.ts'
import type { Extension } from './extensions.ts'
import { decodeOcspResponseData, type ResponseData } from './ocsp-response-data.ts'

/** RFC 6960 §4.2.1. All but `successful` say why there is no answer, without a signature. */
export const OCSP_RESPONSE_STATUSES = [
  'successful',
  'malformedRequest',
  'internalError',
  'tryLater',
  'sigRequired',
  'unauthorized',
] as const
export type OcspResponseStatus = (typeof OCSP_RESPONSE_STATUSES)[number]
export type OcspErrorStatus = Exclude<OcspResponseStatus, 'successful'>

/** A signed answer, to be encoded. */
export interface SignedResponseData {
  /** The DER that `encodeOcspResponseData` made and `signature` is over. */
  readonly responseData: Uint8Array
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Uint8Array
  /** DER; a delegated responder sends its own certificate along. */
  readonly certificates?: readonly Uint8Array[] | undefined
}

/** A signed answer as it was read (RFC 6960 §4.2.1). Byte arrays are views of the input. */
export interface BasicOcspResponse extends SignedResponseData, ResponseData {
  readonly extensions: readonly Extension[]
  readonly certificates: readonly Uint8Array[]
}

/** What came back from a responder. */
export type OcspResponse =
  | { readonly status: 'successful'; readonly basic: BasicOcspResponse }
  | { readonly status: OcspErrorStatus }

const STATUS_NUMBERS: Readonly<Record<OcspResponseStatus, number>> = {
  successful: 0,
  malformedRequest: 1,
  internalError: 2,
  tryLater: 3,
  sigRequired: 5,
  unauthorized: 6,
}

/** id-pkix-ocsp-basic, the only kind of answer there is (RFC 6960 §4.2.1). */
const BASIC: Oid = '1.3.6.1.5.5.7.48.1.1'

/**
 * RFC 6960 §4.2.1
 *
 *     BasicOCSPResponse ::= SEQUENCE {
 *          tbsResponseData      ResponseData,
 *          signatureAlgorithm   AlgorithmIdentifier,
 *          signature            BIT STRING,
 *          certs            [0] EXPLICIT SEQUENCE OF Certificate OPTIONAL }
 */
const basicOcspResponse = sequence({
  responseData: sequenceBytes,
  signatureAlgorithm: AlgorithmIdentifier,
  signature: bitString,
  certificates: optional(explicit(0, sequenceOf(sequenceBytes))),
})

/**
 * RFC 6960 §4.2.1
 *
 *     OCSPResponse ::= SEQUENCE {
 *          responseStatus         OCSPResponseStatus,
 *          responseBytes          [0] EXPLICIT ResponseBytes OPTIONAL }
 *
 *     ResponseBytes ::= SEQUENCE {
 *          responseType   OBJECT IDENTIFIER,
 *          response       OCTET STRING }
 */
const ocspResponse = sequence({
  responseStatus: enumerated,
  responseBytes: optional(
    explicit(0, sequence({ responseType: mapped(oid, onlyBasic, onlyBasic), response: octetsOf(basicOcspResponse) })),
  ),
})

function onlyBasic(responseType: Oid): Oid {
  if (responseType !== BASIC) throw new DerError(`answers of type ${responseType} are not known here`)
  return responseType
}

/** The DER of a signed answer. */
export function encodeOcspResponse(answer: SignedResponseData): Uint8Array {
  const { responseData, signatureAlgorithm, signature, certificates = [] } = answer
  const sent = certificates.length === 0 ? undefined : certificates
  const response = { responseData, signatureAlgorithm, signature, certificates: sent }
  return ocspResponse.encode({
    responseStatus: STATUS_NUMBERS.successful,
    responseBytes: { responseType: BASIC, response },
  })
}

/** The DER of an answer that says why there is none. */
export function encodeOcspError(status: OcspErrorStatus): Uint8Array {
  return ocspResponse.encode({ responseStatus: STATUS_NUMBERS[status] })
}

/** Reads a responder's answer; the signature is for the caller to verify. Throws `DerError`. */
export function decodeOcspResponse(der: Uint8Array): OcspResponse {
  const { responseStatus, responseBytes } = ocspResponse.decode(der)
  const status = OCSP_RESPONSE_STATUSES.find((name) => STATUS_NUMBERS[name] === responseStatus)
  if (status === undefined) throw new DerError(`no status has the number ${responseStatus}`, 'responseStatus')
  if (status !== 'successful') {
    if (responseBytes !== undefined) throw new DerError(`${status} comes without an answer`, 'responseBytes')
    return { status }
  }
  if (responseBytes === undefined) throw new DerError('missing from a successful answer', 'responseBytes')
  const { certificates = [], ...signed } = responseBytes.response
  const path = 'responseBytes.response.tbsResponseData'
  const data = inField(path, () => decodeOcspResponseData(signed.responseData))
  return { status, basic: { ...data, ...signed, certificates } }
}
