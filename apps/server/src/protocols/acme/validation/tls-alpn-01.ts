import { createHash, X509Certificate } from 'node:crypto'
import { isIPv6 } from 'node:net'
import type { Identifier } from '@chancery/pki'
import {
  AcmeIdentifier,
  type Certificate,
  DerError,
  decodeCertificate,
  equalBytes,
  findExtension,
  type GeneralName,
  generalNameToString,
  parseIp,
  SubjectAltName,
} from '@chancery/x509'
import type { HandshakeAnswer } from '../../../platform/guarded-handshake.ts'
import { OutboundError } from '../../../platform/outbound-rules.ts'
import type { ChallengeToValidate, ValidationResult } from '../challenge-validation.ts'
import type { Looking } from './looking.ts'
import { isLookUp, reachFailure, whatCameBack } from './reach-failure.ts'
import { reverseName } from './reverse-name.ts'
import { from, toldTo } from './told-hops.ts'
import { excerpt, failed, failure, printable, type Trace, valid } from './trace.ts'

const PROTOCOL = 'acme-tls/1'
const TIMEOUT_MS = 10_000

/**
 * tls-alpn-01, RFC 8737 §3: the TLS server of the name shows, to who asks by the protocol acme-tls/1, a self-signed certificate for this
 * name alone that holds the digest of the key authorization. For addresses the reverse name is asked for (RFC 8738 §6).
 */
export async function tlsAlpn01(
  { identifier, keyAuthorization }: ChallengeToValidate,
  { handshake, dns, tlsPort }: Looking,
  trace: Trace,
): Promise<ValidationResult> {
  const { value } = identifier
  const serverName = identifier.type === 'ip' ? reverseName(value) : value
  const url = `https://${isIPv6(value) ? `[${value}]` : value}:${tlsPort}`
  const asked = `TLS handshake with ${value}:${tlsPort} for ${serverName} by ${PROTOCOL}`
  try {
    const answer = await handshake({
      host: value,
      port: tlsPort,
      serverName,
      protocol: PROTOCOL,
      timeoutMs: TIMEOUT_MS,
    })
    const wrong = whatIsWrong(answer, identifier, keyAuthorization)
    const hop = { url, address: answer.address }
    trace.note(asked, from(hop), wrong ?? 'the certificate of the challenge', answer.tookMs)
    if (wrong === undefined) return valid(trace)
    return failed(trace, failure('incorrectResponse', `${asked}${toldTo(hop)}: ${wrong}.`))
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error
    const { address, tried, tookMs = 0 } = error.hops.at(-1) ?? {}
    const hop = { url, ...(address !== undefined && { address }), ...(tried && { tried }) }
    trace.note(asked, isLookUp(error) ? dns.from : from(hop), whatCameBack(error), tookMs)
    return failed(trace, reachFailure(error, { asked, at: toldTo(hop), isAnswered: false }))
  }
}

/** What RFC 8737 §3 asks for and is not so, in words. */
function whatIsWrong(
  { protocol, certificate: der }: HandshakeAnswer,
  identifier: Identifier,
  keyAuthorization: string,
): string | undefined {
  if (protocol !== PROTOCOL) {
    return `the server did not agree on ${PROTOCOL}${protocol === undefined ? '' : ` but on ${excerpt(protocol)}`}: this is not the one that your client started for the challenge`
  }
  if (der === undefined) return 'the server showed no certificate'
  try {
    const certificate = decodeCertificate(der)
    if (!isSelfSigned(certificate)) return 'the certificate is not self-signed'
    const names = findExtension(certificate.extensions, SubjectAltName) ?? []
    const [name, ...others] = names
    if (name === undefined || others.length > 0 || !isFor(name, identifier)) {
      return `the certificate has to name ${identifier.value} and nothing else, but it names ${namesOf(names)}`
    }
    return digestProblem(certificate, keyAuthorization)
  } catch (error) {
    if (!(error instanceof DerError)) throw error
    return `the certificate cannot be read: ${printable(error.message, 200)}`
  }
}

function isSelfSigned({ der, issuer, subject }: Certificate): boolean {
  if (!equalBytes(issuer.der, subject.der)) return false
  try {
    const certificate = new X509Certificate(der)
    return certificate.verify(certificate.publicKey)
  } catch {
    // A key or an algorithm that OpenSSL does not know: nothing that a client would make.
    return false
  }
}

/** RFC 4343: letters count the same in either case. */
function isFor(name: GeneralName, { type, value }: Identifier): boolean {
  if (type === 'dns') return name.type === 'dns' && name.value.toLowerCase() === value.toLowerCase()
  const [shown, wanted] = name.type === 'ip' ? [parseIp(name.value), parseIp(value)] : []
  return shown !== undefined && wanted !== undefined && equalBytes(shown, wanted)
}

function namesOf(names: readonly GeneralName[]): string {
  const [first] = names
  if (first === undefined) return 'nothing'
  const more = names.length > 1 ? ` and ${names.length - 1} more` : ''
  return `${excerpt(generalNameToString(first))}${more}`
}

function digestProblem({ extensions }: Certificate, keyAuthorization: string): string | undefined {
  const digest = findExtension(extensions, AcmeIdentifier)
  if (digest === undefined) return 'the certificate has no acmeIdentifier: it is not the one of a challenge'
  if (extensions.find(({ id }) => id === AcmeIdentifier.id)?.critical !== true) {
    return 'the acmeIdentifier of the certificate is not critical'
  }
  const expected = createHash('sha256').update(keyAuthorization).digest()
  return equalBytes(digest, expected)
    ? undefined
    : `the acmeIdentifier of the certificate has to be ${expected.toString('hex')}, not ${Buffer.from(digest).toString('hex')}: it is for another challenge or account`
}
