import { createHash } from 'node:crypto'
import { decodeCertificate, type KeyType, nameToString, serialToHex } from '@chancery/x509'
import { addressesOf } from '../../issuers/addresses.ts'
import type { Authority, AuthorityCertificate, Generation } from '../../issuers/authority.ts'
import { type Html, html, type Page } from '../../platform/page.ts'
import { type RenewalAddresses, renewalPart } from './renewal-part.ts'
import { statement } from './statement.ts'

/** A generation with the certificates of its key. */
export type CertifiedGeneration = Generation & { readonly certificates: readonly AuthorityCertificate[] }

/** What the page shows. */
export interface CpsView {
  readonly authority: Authority
  readonly generations: readonly CertifiedGeneration[]
  /** Where holders renew certificates by their keys; absent: no template of the CA lets them. */
  readonly renewal?: RenewalAddresses
  /** Base of the addresses in certificates. */
  readonly publicUrl: string
  readonly now: number
}

/** The page of a CA: what it says of its practice, its certificates with what is needed to check and to fetch them, its services. */
export async function cpsPage(view: CpsView): Promise<Page> {
  const { authority } = view
  const certified = view.generations
    .filter(({ certificates }) => certificates.length > 0)
    .toSorted((a, b) => b.number - a.number)
  const [newest, ...earlier] = certified
  return {
    title: authority.name,
    body: html`<header>
<span class="brand">Chancery</span>
<h1>${authority.name}</h1>
<p class="soft">Certificate authority</p>
${notice(authority)}
</header>
<main>
<section><h2>Practice statement</h2>
<div class="prose">${authority.cps.trim() === '' ? html`<p class="soft">This authority has not published a statement.</p>` : await statement(authority.cps)}</div>
</section>
<section><h2>Certificates and services</h2>
${newest === undefined ? html`<p class="soft">This authority has no certificate yet.</p>` : generationPart(newest, view)}
</section>
${
  earlier.length > 0 &&
  html`<section><h2>Earlier keys</h2>
<p class="soft">Certificates that were issued under these are still answered for.</p>
${earlier.map((generation) => generationPart(generation, view))}
</section>`
}
${view.renewal !== undefined && renewalPart(view.renewal)}
</main>
<footer>Compare the SHA-256 fingerprint by another way before you trust a certificate. Times are UTC.</footer>`,
  }
}

const NOTICES: Readonly<Record<Authority['status'], string | undefined>> = {
  active: undefined,
  'awaiting-certificate': 'This authority awaits its own certificate and issues nothing yet.',
  archived: 'This authority issues no more certificates. It goes on answering for those that it issued.',
  deleted: 'This authority has ended. Its certificates and its last revocation list stay here.',
}

function notice({ status }: Authority): Html | undefined {
  const text = NOTICES[status]
  return text === undefined ? undefined : html`<p class="notice">${text}</p>`
}

function generationPart(generation: CertifiedGeneration, { authority, publicUrl, now }: CpsView): Html {
  const { crl, ocsp } = addressesOf({ authority, generation }, publicUrl)
  // The active certificate is the one that the addresses give.
  const certificates = generation.certificates.toSorted((a, b) => Number(b.active) - Number(a.active))
  return html`<article class="card">
<h3>Key ${generation.number} <span class="soft">${keyName(generation.keyType)}</span></h3>
${certificates.map((certificate) => certificatePart(certificate, { authority, generation, now }))}
<dl>
<dt>Revocation list</dt><dd><a href="/crl/${generation.publicId}.crl"><code>${crl}</code></a></dd>
<dt>OCSP</dt><dd><code>${ocsp}</code></dd>
</dl>
</article>`
}

function certificatePart(
  { der, active, notBefore, notAfter }: AuthorityCertificate,
  { authority, generation, now }: Pick<CpsView, 'authority' | 'now'> & { readonly generation: Generation },
): Html {
  const { subject, issuer, serialNumber } = decodeCertificate(der)
  const facts: readonly (readonly [string, Html])[] = [
    ['Subject', html`${nameToString(subject)}`],
    ['Issued by', html`${nameToString(issuer)}`],
    ['Serial number', html`<code>${pairs(serialToHex(serialNumber))}</code>`],
    ['Valid', html`${day(notBefore)} to ${day(notAfter)}${validityNote(notBefore, notAfter, now)}`],
    ['SHA-256', html`<code>${pairs(createHash('sha256').update(der).digest('hex'))}</code>`],
  ]
  return html`${!active && html`<h4>Earlier certificate of the same key</h4>`}
<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
${active && downloads(authority, generation)}`
}

const DOWNLOADS = [
  ['cer', 'Certificate (DER)'],
  ['pem', 'Chain (PEM)'],
  ['p7c', 'Chain (PKCS #7)'],
] as const

function downloads({ name }: Authority, { publicId }: Generation): Html {
  const links = DOWNLOADS.map(
    ([form, label]) =>
      html`<a class="button" href="/aia/${publicId}.${form}" download="${fileName(name)}.${form}">${label}</a>`,
  )
  return html`<p class="buttons">${links}</p>`
}

/** A name as a file's: what some system would not take becomes a hyphen. */
function fileName(name: string): string {
  return name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'authority'
}

function validityNote(notBefore: number, notAfter: number, now: number): Html | undefined {
  if (now > notAfter) return html` <strong class="ended">expired</strong>`
  if (now < notBefore) return html` <strong class="ended">not valid yet</strong>`
  return undefined
}

function day(at: number): Html {
  const iso = new Date(at).toISOString()
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')}</time>`
}

/** Octets as people compare them; a line may end after each. */
function pairs(hex: string): Html {
  const octets = hex.toUpperCase().match(/../g) ?? []
  return html`${octets.map((octet, index) => (index === 0 ? octet : html`:<wbr>${octet}`))}`
}

/** A key type as people write it: `ecdsa-p256` is ECDSA P-256. */
function keyName(keyType: KeyType): string {
  if (keyType === 'ed25519') return 'Ed25519'
  if (keyType.startsWith('slh-dsa-')) return keyType.replace(/^slh-dsa-(sha2|shake)/, (text) => text.toUpperCase())
  return keyType.toUpperCase().replace(/^(RSA|ECDSA)-P?/, (text) => (text.endsWith('P') ? 'ECDSA P-' : 'RSA '))
}
