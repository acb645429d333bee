import { type Certificate, decodeCertificate, encodePem } from '@chancery/x509'
import type { StoredIssuer } from '../../issuers/issuer-store.ts'
import type { OpenIssuer } from '../../issuers/issuers.ts'
import type { AccountRequest, Acme, AcmeAnswer } from './acme.ts'
import { isId, notFound } from './order.ts'

/**
 * The certificate of an order with its chain, RFC 8555 §7.4.2. The chain ends below the root, which whoever relies on it has; only
 * where the root itself issued it stands there, because clients take a chain of one for an error. Other certificates of the
 * issuing key and of the keys above it, from other CAs, make the alternate chains.
 */
export async function showCertificate(request: AccountRequest, _acme: Acme): Promise<AcmeAnswer> {
  const { account, params, domain, base, at } = request
  const { id = '', alternate } = params
  const found = isId(id) ? await domain.stores.acmeOrders.certificate(account.id, id) : undefined
  if (found === undefined) throw notFound('certificate')
  const chains = chainsOf(await domain.issuers.generation(found.generation), at)
  const which = alternate === undefined ? 0 : /^[1-9][0-9]?$/.test(alternate) ? Number(alternate) : -1
  const chain = which === 0 ? (chains[0]?.pem ?? '') : chains[which]?.pem
  if (chain === undefined) throw notFound('chain')
  const address = `${base}/certificate/${id}`
  return {
    status: 200,
    pem: encodePem('CERTIFICATE', found.der) + chain,
    links: chains.flatMap((_, at) =>
      at === which ? [] : [`<${at === 0 ? address : `${address}/${at}`}>;rel="alternate"`],
    ),
    said: which === 0 ? 'downloaded' : `alternate chain ${which} downloaded`,
    order: id,
  }
}

/** What may stand above a certificate, as it is written out. */
interface Chain {
  readonly pem: string
  readonly notBefore: number
  readonly notAfter: number
}

/** What may stand above a certificate of a generation now: its usual chain first, then each other way to a root. */
function chainsOf({ stored, issuer }: OpenIssuer, now: number): readonly Chain[] {
  const kept = known.get(stored) ?? readChains(stored, issuer !== undefined)
  known.set(stored, kept)
  const { usual, others } = kept
  const valid = others.filter(({ notBefore, notAfter }) => notBefore <= now && now <= notAfter)
  return usual === undefined ? valid : [usual, ...valid]
}

interface Chains {
  readonly usual?: Chain
  readonly others: readonly Chain[]
}

/** They change only with what they are read from, and each certificate is downloaded with them. */
const known = new WeakMap<StoredIssuer, Chains>()

function readChains({ certificates, chain, waysUp }: StoredIssuer, isCertified: boolean): Chains {
  const own = certificates.find(({ active }) => active)
  const usual = own === undefined || !isCertified ? undefined : chainOf([own.der, ...chain])
  const others = waysUp.filter(([first]) => first !== undefined && !isSelfSigned(decodeCertificate(first))).map(chainOf)
  const different = new Map(others.filter(({ pem }) => pem !== usual?.pem).map((one) => [one.pem, one]))
  return { ...(usual && { usual }), others: [...different.values()] }
}

/** Without its root, but where that is the first. */
function chainOf(way: readonly Uint8Array[]): Chain {
  const [own, ...above] = way.map(decodeCertificate)
  const shown = own === undefined ? [] : [own, ...above.filter((certificate) => !isSelfSigned(certificate))]
  return {
    pem: shown.map(({ der }) => encodePem('CERTIFICATE', der)).join(''),
    notBefore: Math.max(...shown.map(({ notBefore }) => notBefore)),
    notAfter: Math.min(...shown.map(({ notAfter }) => notAfter)),
  }
}

function isSelfSigned({ issuer, subject }: Certificate): boolean {
  return issuer.der.toHex() === subject.der.toHex()
}
