import { PLATFORM_TLS_PROFILE } from '@chancery/pki'
import { decodeCertificate, findExtension, generalNameToString, SubjectAltName } from '@chancery/x509'
import type { Authorities } from '../authorities/authorities.ts'
import { makeServiceCertificate, type Services } from '../service-certificates/make-service-certificate.ts'
import type { ServiceCertificate } from '../service-certificates/service-certificate-store.ts'
import { type FoundAuthority, type PlatformAuthority, platformAuthority } from './platform-authority.ts'
import { alternativeNames, type PlatformNames } from './platform-names.ts'

const DAY = 86_400_000
const PURPOSE = 'platform-tls'
/** Of its 90 days: a month is left in which a failure can be mended before anybody notices. */
const RENEWED_AFTER_MS = 60 * DAY
const LEASE_MS = 30_000
/** How long to wait for another process that makes the certificate: past its lease, it is made here. */
const LOOK_EVERY_MS = 250
const MOST_LOOKS = 240

/** Lets one of several processes do a thing. The outbox is one. */
export interface Turns {
  put(item: {
    readonly tenant: string
    readonly kind: string
    readonly key: string
    readonly dueAt: number
  }): Promise<void>
  claim(kind: string, now: number, leaseMs: number, limit: number): Promise<readonly Turn[]>
  finish(item: Turn): Promise<void>
  retry(item: Turn, dueAt: number): Promise<void>
}
interface Turn {
  readonly id: string
  readonly tenant: string
  readonly kind: string
  readonly key: string
  readonly attempts: number
  readonly claim: number
}

/** What the installation's own certificate needs of the world; all of the system tenant. */
export interface PlatformDeps {
  readonly names: PlatformNames
  readonly authorities: Authorities
  readonly services: Services
  readonly turns: Turns
  readonly wait: (milliseconds: number) => Promise<unknown>
  /** Told why a new certificate could not be made while the old one still serves. */
  readonly report: (error: unknown) => void
}

/** What the https listener proves its names by. */
export interface PlatformCertificate {
  /** DER. */
  readonly certificate: Uint8Array
  /** PKCS#8, DER, in the clear. */
  readonly privateKey: Uint8Array
  readonly notAfter: number
  /** The root above it, DER: what clients have to trust. */
  readonly root: Uint8Array
  /** Whether the root was made by this very question, as the first of the installation or because its names have changed. */
  readonly madeRoot?: FoundAuthority['made']
}

/**
 * The certificate to serve now: the newest that the platform CA issued to the names, a new one from its day 60 on. Of several
 * processes one makes it and the others take it. Throws what `makeServiceCertificate` throws, when none is left that could serve.
 */
export async function platformCertificate(deps: PlatformDeps): Promise<PlatformCertificate> {
  const { authority, made } = await platformAuthority(deps.names, deps.authorities)
  const certificate = await currentCertificate(authority, deps)
  const { tenant, sealer } = deps.services
  return {
    certificate: certificate.der,
    privateKey: sealer.open(certificate.sealedKey, { tenant, purpose: PURPOSE, id: certificate.id }),
    notAfter: certificate.notAfter,
    root: authority.issuer.certificate.der,
    ...(made && { madeRoot: made }),
  }
}

async function currentCertificate(authority: PlatformAuthority, deps: PlatformDeps): Promise<ServiceCertificate> {
  const { services, turns, wait, names } = deps
  const generation = authority.stored.generation.id
  const newest = () => services.store.current(generation, PURPOSE)

  const current = await newest()
  if (current !== undefined && !isDue(current, names, services.now())) return current
  await turns.put({ tenant: services.tenant, kind: PURPOSE, key: generation, dueAt: services.now() })
  for (let looks = 1; ; looks++) {
    const made = await makeInTurn(authority, deps)
    if (made !== undefined) return made
    // Another process makes it now.
    const theirs = await newest()
    if (theirs !== undefined && serves(theirs, names, services.now())) return theirs
    if (looks === MOST_LOOKS) throw new Error('another process did not make the certificate of this installation')
    await wait(LOOK_EVERY_MS)
  }
}

/** The certificate, when it is this process's turn to see to it; made unless another process was quicker. */
async function makeInTurn(authority: PlatformAuthority, deps: PlatformDeps): Promise<ServiceCertificate | undefined> {
  const { services, turns, names } = deps
  const generation = authority.stored.generation.id
  const claimed = await turns.claim(PURPOSE, services.now(), LEASE_MS, 1)
  const [turn] = claimed
  if (turn === undefined) return undefined
  if (turn.key !== generation) {
    // The turn of a process with other names.
    await turns.retry(turn, services.now())
    return undefined
  }
  const current = await services.store.current(generation, PURPOSE)
  if (current !== undefined && !isDue(current, names, services.now())) {
    await turns.finish(turn)
    return current
  }
  try {
    const made = await makeServiceCertificate(
      authority,
      {
        purpose: PURPOSE,
        keyType: 'ecdsa-p256',
        profile: PLATFORM_TLS_PROFILE,
        request: {
          subject: [],
          subjectAltNames: alternativeNames(names),
        },
      },
      services,
    )
    await turns.finish(turn)
    return made
  } catch (error) {
    await turns.retry(turn, services.now())
    if (current === undefined || !serves(current, names, services.now())) throw error
    deps.report(error)
    return current
  }
}

/** Whether a certificate can be served: it is for these names, has not expired, and nobody revoked it. */
function serves({ der, notAfter, revoked }: ServiceCertificate, names: PlatformNames, now: number): boolean {
  const certified = findExtension(decodeCertificate(der).extensions, SubjectAltName) ?? []
  const texts = certified.map(generalNameToString)
  return (
    !revoked && now < notAfter && alternativeNames(names).every((name) => texts.includes(generalNameToString(name)))
  )
}

function isDue(certificate: ServiceCertificate, names: PlatformNames, now: number): boolean {
  return !serves(certificate, names, now) || now >= certificate.notBefore + RENEWED_AFTER_MS
}
