import { isClosed, Refusal, type Template } from '@chancery/pki'
import { decodeCertificate, findExtension, KeyUsage } from '@chancery/x509'
import { requestPageOf } from '../../enrollment/public-requests.ts'
import { addressesOf } from '../../issuers/addresses.ts'
import type { Authority, AuthorityCertificate, Generation } from '../../issuers/authority.ts'
import { isLoopback } from '../../platform/settings.ts'
import type { ApiDomain } from './api-domain.ts'
import { findAuthority } from './find-authority.ts'

/** Where a CA answers: each of its generations, newest first. */
export async function authorityServiceUrls(authority: Authority, domain: ApiDomain) {
  const generations = await domain.stores.authorities.generations(authority.id)
  const urls = await Promise.all(generations.map((generation) => generationUrls(authority, generation, domain)))
  const [{ cps } = { cps: '' }] = urls
  const warnings = [...warningsOf(authority, domain), ...crlWarnings(generations)]
  return { cps, generations: urls.map(({ cps: _, ...rest }) => rest), warnings }
}

/** The addresses that certificates of a template carry, and the page on which strangers ask for one. Throws `Refusal` 'not-found'. */
export async function templateServiceUrls(template: Template, domain: ApiDomain) {
  const { authority: id, profile } = template
  const authority = await findAuthority(id, domain)
  const generations = await domain.stores.authorities.generations(id)
  const generation = generations.find(({ status }) => status === 'active') ?? generations[0]
  if (generation === undefined) throw new Refusal('not-found', 'This CA has no key.')
  const { crl, ocsp, aia, cps } = addressesOf({ authority, generation }, domain.publicUrl)
  const { addresses, policies } = profile
  return {
    ...(addresses.crl && { crl }),
    ...(addresses.ocsp && { ocsp }),
    ...(addresses.aia && { aia: addresses.aiaUrl ?? aia }),
    ...(policies.some((policy) => policy.cps) && { cps }),
    ...(!isClosed(template) && { publicRequests: requestPageOf(template, domain.url) }),
    warnings: [...warningsOf(authority, domain), ...(addresses.crl ? crlWarnings([generation]) : [])],
  }
}

async function generationUrls(authority: Authority, generation: Generation, { publicUrl, crls }: ApiDomain) {
  const { crl, deltaCrl, crlPartition, ocsp, aia, cps } = addressesOf({ authority, generation }, publicUrl)
  const partitions = await crls.partitions(generation.id)
  return {
    generation: generation.id,
    number: generation.number,
    crl,
    ...(authority.settings.crl.delta && { deltaCrl }),
    crlPartitions: partitions.map(crlPartition),
    ocsp,
    aia,
    cps,
  }
}

/** CRLs that relying parties reject (RFC 5280 §6.3.3): the certificates of some CAs from elsewhere say so. */
function crlWarnings(generations: Awaited<ReturnType<ApiDomain['stores']['authorities']['generations']>>) {
  const isSilent = ({ der }: AuthorityCertificate) =>
    findExtension(decodeCertificate(der).extensions, KeyUsage)?.includes('cRLSign') === false
  const silent = generations.filter(({ certificates }) => certificates.some((one) => one.active && isSilent(one)))
  return silent.map(
    ({ number }) =>
      `The certificate of key ${number} lacks the key usage cRLSign: relying parties reject its CRLs. Renew the CA with that usage.`,
  )
}

function warningsOf({ settings }: Authority, { publicUrl }: ApiDomain): readonly string[] {
  const base = settings.publicUrl ?? publicUrl
  return isLoopback(base)
    ? [
        `${base} is this machine only: nobody else can check certificates that carry it. Set CHANCERY_PUBLIC_URL, or the public address of this CA, before issuing any.`,
      ]
    : []
}
