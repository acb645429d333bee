import { decodeCertificate, encodePem } from '@chancery/x509'
import type { OpenIssuer } from '../../issuers/issuers.ts'
import type { AccountRequest, Acme, AcmeAnswer } from './acme.ts'
import { isId, notFound } from './order.ts'

/**
 * The certificate of an order with its chain, RFC 8555 §7.4.2. The chain ends below the root, which whoever relies on it has; only
 * where the root itself issued it stands there, because clients take a chain of one for an error. Other certificates of the
 * issuing key, from other CAs, make the alternate chains.
 */
export async function showCertificate(request: AccountRequest, _acme: Acme): Promise<AcmeAnswer> {
  const { account, params, domain, base, at } = request
  const { id = '', alternate } = params
  const found = isId(id) ? await domain.stores.acmeOrders.certificate(account.id, id) : undefined
  if (found === undefined) throw notFound('certificate')
  const chains = chainsOf(await domain.issuers.generation(found.generation), at)
  const which = alternate === undefined ? 0 : /^[1-9][0-9]?$/.test(alternate) ? Number(alternate) : -1
  const chain = chains[which] ?? (which === 0 ? [] : undefined)
  if (chain === undefined) throw notFound('chain')
  const address = `${base}/certificate/${id}`
  return {
    status: 200,
    pem: [found.der, ...chain].map((der) => encodePem('CERTIFICATE', der)).join(''),
    links: chains.flatMap((_, at) =>
      at === which ? [] : [`<${at === 0 ? address : `${address}/${at}`}>;rel="alternate"`],
    ),
    said: which === 0 ? 'downloaded' : `alternate chain ${which} downloaded`,
    order: id,
  }
}

type Chain = readonly Uint8Array[]

/** What may stand above a certificate of a generation: by its active certificate first, then by each other that is valid now. */
function chainsOf({ stored, issuer }: OpenIssuer, now: number): readonly Chain[] {
  const own = stored.certificates.find(({ active }) => active)
  const [main] = issuer === undefined || own === undefined ? [] : [withoutRoot([own.der, ...stored.chain])]
  const others = stored.certificates
    .filter(
      ({ active, notBefore, notAfter, der }) => !active && notBefore <= now && now <= notAfter && !isSelfSigned(der),
    )
    .map(({ der }) => [der])
  return main === undefined ? others : [main, ...others]
}

function withoutRoot(chain: Chain): Chain {
  const [own, ...above] = chain
  return own === undefined ? [] : [own, ...above.filter((der) => !isSelfSigned(der))]
}

function isSelfSigned(der: Uint8Array): boolean {
  const { issuer, subject } = decodeCertificate(der)
  return issuer.der.toHex() === subject.der.toHex()
}
