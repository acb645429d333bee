import { CertId } from './cert-id.ts'
import { DerError, inField } from './der/der-error.ts'
import { DerReader } from './der/der-reader.ts'
import { oid } from './der/oid.ts'
import { any, explicit, octetString, sequenceBytes, smallInteger } from './der/primitives.ts'
import { mapped, optional, sequence, sequenceOf, withDefault } from './der/structures.ts'
import { TAG } from './der/tag.ts'
import { type Extension, Extensions, type ExtensionType, findExtension, makeExtension } from './extensions.ts'

/** What an OCSP client asks (RFC 6960 §4.1.1). Byte arrays are views of `der`. */
export interface OcspRequest {
  readonly der: Uint8Array
  /** At least one. */
  readonly requests: readonly OcspSingleRequest[]
  /** To be repeated in the answer, which is then made for this request alone. */
  readonly nonce: Uint8Array | undefined
  /** Whether there is a signature. It is not looked into: status is public and no right depends on who asks. */
  readonly isSigned: boolean
  readonly extensions: readonly Extension[]
}

/** One certificate that is asked about. */
export interface OcspSingleRequest {
  readonly certId: CertId
  readonly extensions: readonly Extension[]
}

/** How much of a stranger's request is read before it is refused. */
export interface OcspRequestLimits {
  readonly octets: number
  readonly requests: number
}
export const OCSP_REQUEST_LIMITS: OcspRequestLimits = { octets: 16_384, requests: 20 }

const LONGEST_NONCE = 128

/** RFC 9654 §2.1: 1 to 128 octets that tie an answer to its request. */
export const OcspNonce: ExtensionType<Uint8Array> = {
  id: '1.3.6.1.5.5.7.48.1.2',
  name: 'ocspNonce',
  codec: mapped(octetString, checkNonce, checkNonce),
}

/**
 * RFC 6960 §4.1.1
 *
 *     Request ::= SEQUENCE {
 *          reqCert                     CertID,
 *          singleRequestExtensions     [0] EXPLICIT Extensions OPTIONAL }
 */
const request = sequence({ reqCert: CertId, singleRequestExtensions: optional(explicit(0, Extensions)) })

/**
 * RFC 6960 §4.1.1. The list is read apart, under a bound. Who asks, and a signature, are stepped over.
 *
 *     OCSPRequest ::= SEQUENCE {
 *          tbsRequest              TBSRequest,
 *          optionalSignature   [0] EXPLICIT Signature OPTIONAL }
 *
 *     TBSRequest ::= SEQUENCE {
 *          version             [0] EXPLICIT Version DEFAULT v1,
 *          requestorName       [1] EXPLICIT GeneralName OPTIONAL,
 *          requestList             SEQUENCE OF Request,
 *          requestExtensions   [2] EXPLICIT Extensions OPTIONAL }
 */
const ocspRequest = sequence({
  tbsRequest: sequence({
    version: withDefault(explicit(0, smallInteger), 0),
    requestorName: optional(explicit(1, any)),
    requestList: sequenceBytes,
    requestExtensions: optional(explicit(2, Extensions)),
  }),
  optionalSignature: optional(explicit(0, sequenceBytes)),
})

/**
 * Reads a request. Throws `DerError`, whose answer is `malformedRequest`: for what is not DER, for more than `limits`, a nonce of
 * no or more than 128 octets (RFC 9654 §2.1), and a critical extension that is not understood (RFC 6960 §4.1.2).
 */
export function decodeOcspRequest(der: Uint8Array, limits: OcspRequestLimits = OCSP_REQUEST_LIMITS): OcspRequest {
  if (der.length > limits.octets) throw new DerError(`an OCSP request of more than ${limits.octets} octets`)
  const { tbsRequest, optionalSignature } = ocspRequest.decode(der)
  return inField('tbsRequest', () => {
    if (tbsRequest.version !== 0) throw new DerError('expected version 1', 'version')
    const requests = inField('requestList', () => readRequests(tbsRequest.requestList, limits.requests))
    const extensions = tbsRequest.requestExtensions ?? NO_EXTENSIONS
    inField('requestExtensions', () => checkCritical(extensions))
    const nonce = inField('requestExtensions', () => findExtension(extensions, OcspNonce))
    return { der, requests, nonce, isSigned: optionalSignature !== undefined, extensions }
  })
}

/** Whether there may be a nonce, before anything is read: where its identifier does not even occur, there is none. */
export function mayHaveNonce(der: Uint8Array): boolean {
  for (let at = der.indexOf(NONCE_ID[0] ?? 0); at !== -1; at = der.indexOf(NONCE_ID[0] ?? 0, at + 1))
    if (NONCE_ID.every((octet, i) => der[at + i] === octet)) return true
  return false
}
const NONCE_ID = oid.encode(OcspNonce.id)

/** The DER of a request without a signature, for clients and tests. The nonce comes before the other extensions. */
export function encodeOcspRequest(asked: {
  readonly requests: readonly { readonly certId: CertId; readonly extensions?: readonly Extension[] }[]
  readonly nonce?: Uint8Array
  readonly extensions?: readonly Extension[]
}): Uint8Array {
  const nonce = asked.nonce === undefined ? [] : [makeExtension(OcspNonce, asked.nonce)]
  const extensions = [...nonce, ...(asked.extensions ?? [])]
  const requestList = asked.requests.map(({ certId, extensions: single }) => ({
    reqCert: certId,
    ...(single === undefined || single.length === 0 ? {} : { singleRequestExtensions: single }),
  }))
  return ocspRequest.encode({
    tbsRequest: {
      version: 0,
      requestList: sequenceOf(request).encode(requestList),
      ...(extensions.length === 0 ? {} : { requestExtensions: extensions }),
    },
  })
}

function readRequests(requestList: Uint8Array, most: number): readonly OcspSingleRequest[] {
  const list = new DerReader(requestList)
  list.enter(TAG.sequence)
  const requests: OcspSingleRequest[] = []
  while (!list.atEnd) {
    if (requests.length === most) throw new DerError(`asks about more than ${most} certificates`)
    requests.push(inField(`${requests.length}`, () => readRequest(list)))
  }
  if (requests.length === 0) throw new DerError('asks about no certificate')
  return requests
}

function readRequest(list: DerReader): OcspSingleRequest {
  const { reqCert, singleRequestExtensions } = request.read(list)
  const extensions = singleRequestExtensions ?? NO_EXTENSIONS
  inField('singleRequestExtensions', () => checkCritical(extensions))
  return { certId: reqCert, extensions }
}
const NO_EXTENSIONS: readonly Extension[] = []

function checkCritical(extensions: readonly Extension[]): void {
  for (const { id, critical } of extensions)
    if (critical && id !== OcspNonce.id) throw new DerError(`the critical extension ${id} is not understood`)
}

function checkNonce(nonce: Uint8Array): Uint8Array {
  if (nonce.length === 0 || nonce.length > LONGEST_NONCE)
    throw new DerError(`a nonce has 1 to ${LONGEST_NONCE} octets, not ${nonce.length}`)
  return nonce
}
