import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { verifyCms } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import {
  AuthorityKeyIdentifier,
  type Certificate,
  DerError,
  decodeCmsSignedData,
  decodePemOrDer,
  findExtension,
  PemError,
  serialToHex,
} from '@chancery/x509'

/** How long a challenge may be signed: 10 minutes. */
export const CHALLENGE_MS = 600_000

const LARGEST_PROOF = 64 * 1024
const LABELS = ['CMS', 'PKCS7'] as const

/** What the holder of a certificate signs to renew it. */
export interface RenewalSubject {
  /** The public id of the CA. */
  readonly authority: string
  readonly old: Certificate
  /** PKCS#10, DER. */
  readonly csr: Uint8Array
}

/**
 * The text that the old key signs: which certificate, by which key of its issuer, for which CSR, and when. The nonce is its time and a
 * MAC over all of it, so that nothing has to be kept: what was signed counts for this CA, this certificate and this CSR alone.
 */
export function challengeText(subject: RenewalSubject, at: number, secret: string): string {
  const facts = factsOf(subject)
  return `${facts}nonce: ${nonceOf(facts, at, secret)}\n`
}

/**
 * Checks that the key of the old certificate signed a challenge of ours for this CSR, within its time. Throws `Refusal` 'malformed' for
 * what is no signed message, 'forbidden' for another signature, another content or one whose time is over.
 */
export async function checkProof(proof: string, subject: RenewalSubject, now: number, secret: string): Promise<void> {
  const message = decode(proof)
  const text = Buffer.from(message.content).toString('utf8').replaceAll('\r\n', '\n')
  const facts = factsOf(subject)
  const [, time = '', mac = ''] = /^nonce: ([0-9]{1,15})\.([A-Za-z0-9_-]{43})\n$/.exec(text.slice(facts.length)) ?? []
  const expected = Buffer.from(nonceOf(facts, Number(time), secret))
  const given = Buffer.from(`${time}.${mac}`)
  if (!text.startsWith(facts) || expected.length !== given.length || !timingSafeEqual(expected, given)) {
    throw refuse('What was signed is no challenge for this certificate and this CSR. Get one, and sign it as it is.')
  }
  if (now - Number(time) > CHALLENGE_MS || Number(time) > now) {
    throw refuse('The challenge has expired: it is good for ten minutes. Get another one.')
  }
  if (!(await verifyCms(message, subject.old.publicKey))) {
    throw refuse('The signature is not by the key of the old certificate, or by an algorithm that is not accepted.')
  }
}

function factsOf({ authority, old, csr }: RenewalSubject): string {
  const issuerKey = findExtension(old.extensions, AuthorityKeyIdentifier)?.keyIdentifier
  return `chancery renewal
authority: ${authority}
issuer-key: ${issuerKey?.toHex() ?? ''}
serial: ${serialToHex(old.serialNumber)}
certificate: ${sha256(old.der)}
csr: ${sha256(csr)}
`
}

function nonceOf(facts: string, at: number, secret: string): string {
  const mac = createHmac('sha256', secret).update(`chancery renewal nonce\n${at}\n${facts}`).digest('base64url')
  return `${at}.${mac}`
}

function sha256(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex')
}

function decode(proof: string) {
  try {
    return decodeCmsSignedData(decodePemOrDer(proof, LABELS, LARGEST_PROOF))
  } catch (error) {
    if (!(error instanceof DerError) && !(error instanceof PemError)) throw error
    const detail = `It is no CMS SignedData in PEM: ${error.message}.`
    throw new Refusal('malformed', `The proof cannot be read. ${detail}`, [{ field: '/proof', detail }])
  }
}

function refuse(detail: string): Refusal {
  return new Refusal('forbidden', detail, [{ field: '/proof', detail }])
}
