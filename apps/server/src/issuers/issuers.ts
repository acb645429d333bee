import {
  type KeyTurns,
  KeyUnavailable,
  type KeyUse,
  openManagedKey,
  type Sealer,
  type SigningKey,
} from '@chancery/keys'
import { type Issuer, Refusal } from '@chancery/pki'
import {
  type Certificate,
  decodeCertificate,
  type KeyType,
  type SignatureAlgorithm,
  signatureAlgorithmsFor,
} from '@chancery/x509'
import { addressesOf } from './addresses.ts'
import type { IssuerStore, StoredIssuer } from './issuer-store.ts'
import { issuerView } from './issuer-view.ts'
import { usualAlgorithm } from './usual-algorithm.ts'

/** A generation of a CA with its key at hand. */
export interface OpenIssuer {
  readonly stored: StoredIssuer
  /** The CA as drafts see it. Absent while it awaits its certificate. */
  readonly issuer?: Issuer
  /** The certificates above its own, nearest first, as far as known. */
  readonly chain: readonly Certificate[]
  /**
   * Signs by this algorithm, or as the generation does. Throws `KeyUnavailable` when trying later may help, `KeyFault` when the
   * key is broken, `Refusal` 'not-permitted' for an algorithm that is none of this key's.
   */
  sign(
    algorithm: SignatureAlgorithm | undefined,
    message: Uint8Array,
    use: KeyUse,
    signal?: AbortSignal,
  ): Promise<Uint8Array>
}

/** The CAs of a tenant, opened. What they say is never older than the call. */
export interface Issuers {
  /** The generation that issues for a CA now. Throws `Refusal` 'not-found', or 'issuer-inactive' with the reason. */
  active(authority: string): Promise<OpenIssuer & { readonly issuer: Issuer }>
  /** A generation in whatever state: to sign its CRL, its OCSP answers' responder, its CSR. Throws `Refusal` 'not-found'. */
  generation(id: string): Promise<OpenIssuer>
}

export interface IssuersOptions {
  readonly tenant: string
  readonly store: IssuerStore
  readonly sealer: Sealer
  readonly turns: KeyTurns
  /** Base of the http addresses that are written into certificates, without a slash at its end. */
  readonly publicUrl: string
  readonly now: () => number
  /** Hears of each signature. */
  readonly observe?: ObserveSignature
}

/** Told when a key is asked; gives what to tell of the end. `generation` is the public id. */
export type ObserveSignature = (asked: {
  readonly use: KeyUse
  readonly keyType: KeyType
  readonly generation: string
}) => (outcome: 'signed' | 'unavailable' | 'fault') => void

/** Opens CAs and keeps them open for as long as nothing in the tenant's CAs changes. */
export function openIssuers(options: IssuersOptions): Issuers {
  const { store, now } = options
  const cached = cacheByVersion(store)
  const keys = new Map<string, SigningKey>()

  return {
    async active(authority) {
      const open = await cached(`active ${authority}`, async () => {
        const stored = await store.activeIssuer(authority)
        return stored && openIssuer(stored, keys, options)
      })
      if (open === undefined) throw new Refusal('not-found', 'There is no such CA, or it has no certificate yet.')
      return checkMayIssue(open, now())
    },
    async generation(id) {
      const open = await cached(`generation ${id}`, async () => {
        const stored = await store.generation(id)
        return stored && openIssuer(stored, keys, options)
      })
      if (open === undefined) throw new Refusal('not-found', 'There is no such generation of a CA.')
      return open
    },
  }
}

/** A CA that is revoked, expired or archived, or below such a one, issues nothing but CRL, OCSP and its responder. */
export function checkMayIssue(open: OpenIssuer, now: number): OpenIssuer & { readonly issuer: Issuer } {
  const { stored, issuer } = open
  const { name } = stored.authority
  const refuse = (why: string): never => {
    throw new Refusal('issuer-inactive', `The CA "${name}" issues nothing: ${why}.`)
  }
  if (issuer === undefined) return refuse('it still awaits its certificate')
  if (stored.authority.status !== 'active') return refuse(`it is ${stored.authority.status}`)
  if (stored.blockedBy !== undefined) return refuse(stored.blockedBy)
  for (const { notBefore, notAfter } of issuer.chain) {
    if (now > notAfter) return refuse('its certificate, or one above it, has expired')
    if (now < notBefore) return refuse('its certificate, or one above it, is not valid yet')
  }
  return { ...open, issuer }
}

function openIssuer(stored: StoredIssuer, keys: Map<string, SigningKey>, options: IssuersOptions): OpenIssuer {
  if (stored.sealedKey === undefined) forgetKeys(stored, keys)
  const active = stored.certificates.find((certificate) => certificate.active)
  const certificate = active && decodeCertificate(active.der)
  const chain = stored.chain.map(decodeCertificate)
  const { keyType } = stored.generation
  return {
    stored,
    chain,
    ...(certificate && { issuer: issuerView(stored, certificate, chain, addressesOf(stored, options.publicUrl)) }),
    async sign(algorithm = usualAlgorithm(stored.generation), message, use, signal) {
      if (!signatureAlgorithmsFor(keyType).includes(algorithm)) {
        throw new Refusal('not-permitted', `A key of type ${keyType} cannot sign by ${algorithm}.`)
      }
      const end = options.observe?.({ use, keyType, generation: stored.generation.publicId })
      try {
        const signature = await openKey(stored, algorithm, keys, options).sign(message, use, signal)
        end?.('signed')
        return signature
      } catch (error) {
        end?.(error instanceof KeyUnavailable ? 'unavailable' : 'fault')
        throw error
      }
    },
  }
}

/** The key of a CA that was deleted is not to stay in the memory of a server that runs for months. */
function forgetKeys({ generation }: StoredIssuer, keys: Map<string, SigningKey>): void {
  for (const at of keys.keys()) if (at.startsWith(`${generation.id} `)) keys.delete(at)
}

/** Keys stay open in this process: opening one costs more than a signature. */
function openKey(
  stored: StoredIssuer,
  algorithm: SignatureAlgorithm,
  keys: Map<string, SigningKey>,
  options: IssuersOptions,
): SigningKey {
  const { generation, sealedKey } = stored
  if (sealedKey === undefined) throw new KeyUnavailable('this generation has no key here any more')
  const at = `${generation.id} ${algorithm}`
  const kept = keys.get(at)
  if (kept !== undefined) return kept
  const pkcs8 = options.sealer.open(sealedKey, { tenant: options.tenant, purpose: 'generation-key', id: generation.id })
  const key = openManagedKey(pkcs8, algorithm, options.turns)
  keys.set(at, key)
  return key
}

/**
 * Remembers values for as long as the store's version stays; a version is read for every question. What is not there is not
 * remembered: whoever asks for names at random must not fill the memory.
 */
function cacheByVersion(store: IssuerStore) {
  const values = new Map<string, OpenIssuer>()
  let of: number | undefined
  return async (key: string, load: () => Promise<OpenIssuer | undefined>): Promise<OpenIssuer | undefined> => {
    const version = await store.version()
    if (version !== of) values.clear()
    of = version
    const known = values.get(key)
    if (known !== undefined) return known
    const value = await load()
    if (of === version && value !== undefined) values.set(key, value)
    return value
  }
}
