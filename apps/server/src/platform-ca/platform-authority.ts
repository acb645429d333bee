import { Refusal, type Subtree } from '@chancery/pki'
import {
  type Certificate,
  EXTENDED_KEY_USAGES,
  findExtension,
  type GeneralName,
  generalNameToString,
  NameConstraints,
} from '@chancery/x509'
import type { Act } from '../audit/audit-record.ts'
import type { Authorities } from '../authorities/authorities.ts'
import { createRoot } from '../authorities/create-root.ts'
import type { OpenIssuer } from '../issuers/issuers.ts'
import { constraintsOf, type PlatformNames } from './platform-names.ts'

const DAY = 86_400_000
/** A root that ends sooner certifies nothing new: its last certificate ends with it. */
const LEAST_LEFT_MS = 120 * DAY
const MOST_ATTEMPTS = 5
/** More CAs than an installation has ever had addresses. */
const MOST_AUTHORITIES = 200

/** A platform CA with its key at hand. */
export type PlatformAuthority = OpenIssuer & { readonly issuer: NonNullable<OpenIssuer['issuer']> }

/** What became of the question for a CA: it was there, or it was made just now, as the first or because no other fits. */
export interface FoundAuthority {
  readonly authority: PlatformAuthority
  readonly made?: 'first' | 'another'
}

/**
 * The platform CA that is bound to exactly these names; made when there is none or the last one is about to end. `system`: the
 * authorities of the system tenant. Several processes may ask at once: a CA's name is unique in its tenant, so one of them makes
 * it, and the others find it.
 */
export async function platformAuthority(names: PlatformNames, system: Authorities): Promise<FoundAuthority> {
  for (let attempt = 1; ; attempt++) {
    const all = await platformAuthorities(system)
    const now = system.now()
    const fitting = all.find(({ issuer }) => isFor(issuer.certificate, names) && lasts(issuer.certificate, now))
    if (fitting !== undefined) return { authority: fitting }
    try {
      const authority = await makeAuthority(names, all.length + 1, system)
      return { authority, made: all.length === 0 ? 'first' : 'another' }
    } catch (error) {
      const isTaken = error instanceof Refusal && error.code === 'conflict'
      if (!isTaken || attempt === MOST_ATTEMPTS) throw error
    }
  }
}

/** All platform CAs that there are, newest first. */
async function platformAuthorities({ store, issuers }: Authorities): Promise<readonly PlatformAuthority[]> {
  const { items } = await store.list({ limit: MOST_AUTHORITIES })
  const open: PlatformAuthority[] = []
  for (const { id } of items) {
    const [generation] = await store.generations(id)
    const found = generation && (await issuers.generation(generation.id))
    if (found?.issuer !== undefined) open.push({ ...found, issuer: found.issuer })
  }
  return open.sort((a, b) => b.issuer.certificate.notBefore - a.issuer.certificate.notBefore)
}

/** A root that can certify https servers of these names and nothing else. It has no responder, for nobody can ask for a status. */
async function makeAuthority(names: PlatformNames, number: number, system: Authorities): Promise<PlatformAuthority> {
  const act: Act = { tenant: system.tenant, actor: { kind: 'system' }, at: system.now() }
  const host = names.dns[0] ?? names.ip[0] ?? ''
  const value = `Chancery at ${host.length > 40 ? `${host.slice(0, 39)}…` : host} (${number})`
  const { id } = await createRoot(
    {
      subject: [{ type: 'commonName', value }],
      keyType: 'ecdsa-p256',
      pathLength: 0,
      extendedKeyUsage: [EXTENDED_KEY_USAGES.serverAuth],
      nameConstraints: constraintsOf(names),
      settings: { serviceCertificates: {}, crl: { delta: false, validityHours: 180 * 24 } },
    },
    act,
    { ...system, makeServices: async () => {} },
  )
  return system.issuers.active(id)
}

function lasts({ notAfter }: Certificate, now: number): boolean {
  return notAfter - now > LEAST_LEFT_MS
}

function isFor({ extensions }: Certificate, names: PlatformNames): boolean {
  const { permitted = [], excluded = [] } = findExtension(extensions, NameConstraints) ?? {}
  const wanted = constraintsOf(names)
  return (
    sameSubtrees(
      permitted.map(({ base }) => base),
      wanted.permitted,
    ) &&
    sameSubtrees(
      excluded.map(({ base }) => base),
      wanted.excluded,
    )
  )
}

function sameSubtrees(there: readonly GeneralName[], wanted: readonly Subtree[]): boolean {
  const texts = there.map(generalNameToString)
  return texts.length === wanted.length && wanted.every(({ type, value }) => texts.includes(`${type}:${value}`))
}
