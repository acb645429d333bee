import { browserCrypto, makePem, makePkcs12 } from '@chancery/key-files'
import {
  attributeTypeName,
  type Certificate,
  decodeCertificate,
  decodePem,
  findExtension,
  generalNameToString,
  SubjectAltName,
} from '@chancery/x509'
import { element } from '../element.ts'
import { attempt } from '../page.ts'
import { button, field } from '../parts.ts'
import { formWords, systemSelect } from './key-form.ts'
import { FORMS, systemOf } from './systems.ts'

/** A certificate, and its key, for whom it is. */
export interface Earned {
  /** PKCS#8, DER. */
  readonly pkcs8: Uint8Array
  readonly password: string
  /** PEM: the certificate, and those above it. */
  readonly chain: string
  readonly system: string
}

/**
 * Makes the file that a key comes down in, for the system that is chosen, with the lines that say how it is installed there.
 * `confirmed` is called when somebody says that they have it.
 */
export function savePart(earned: Earned, confirmed: () => void): HTMLElement {
  const certificates = decodePem(earned.chain).map(({ der }) => der)
  const name = nameOf(decodeCertificate(certificates[0] ?? new Uint8Array()))
  const system = systemSelect(earned.system)
  const place = element('div', { 'aria-live': 'polite' })
  let latest = 0
  let href = ''
  const make = async (): Promise<void> => {
    const mine = ++latest
    place.replaceChildren(element('p', {}, 'Making the file …'))
    const { content, fileName } = await fileFor(system.value, { ...earned, certificates, name })
    if (mine !== latest) return
    URL.revokeObjectURL(href)
    href = URL.createObjectURL(new Blob([content], { type: 'application/octet-stream' }))
    place.replaceChildren(...filePart(system.value, fileName, href))
  }
  system.addEventListener('change', () => void attempt(make))
  void attempt(make)
  const done = (): void => {
    URL.revokeObjectURL(href)
    confirmed()
  }
  return element(
    'section',
    { class: 'card' },
    field(system, 'Where will you use it?'),
    place,
    element('h2', {}, 'Then'),
    element(
      'p',
      {},
      'Until you say that you have the file, its key is kept in this browser under your password, and a reload comes back here.',
    ),
    element('p', { class: 'buttons' }, button('I have the file: remove the key from this browser', done)),
  )
}

/** What to say once it was confirmed. */
export const SAVED = 'Done: the key is in your file alone, and no longer in this browser. You can close this page.'

function filePart(system: string, fileName: string, href: string): readonly HTMLElement[] {
  const { steps } = systemOf(system)
  return [
    element(
      'p',
      { class: 'actions' },
      element('a', { id: 'save', class: 'button primary', href, download: fileName }, `Save ${fileName}`),
    ),
    element('p', { class: 'soft' }, `${formWords(system)}.`),
    element('h2', {}, 'How to install it'),
    element('ol', {}, ...steps.map((step) => element('li', {}, step.replaceAll('FILE', fileName)))),
  ]
}

interface FileParts extends Earned {
  readonly certificates: readonly Uint8Array[]
  readonly name: string
}

async function fileFor(
  system: string,
  { pkcs8: key, certificates, password, name }: FileParts,
): Promise<{ readonly content: BlobPart; readonly fileName: string }> {
  const { form } = systemOf(system)
  const fileName = `${fileNameOf(name)}.${FORMS[form].extension}`
  switch (form) {
    case 'pem':
      return { fileName, content: await makePem({ key, certificates }, browserCrypto) }
    case 'pem-encrypted':
      return { fileName, content: await makePem({ key, certificates, password }, browserCrypto) }
    case 'pkcs12':
    case 'pkcs12-older': {
      const protection = form === 'pkcs12' ? 'modern' : 'older'
      const made = await makePkcs12({ key, certificates, name, password }, protection, browserCrypto)
      return { fileName, content: new Uint8Array(made) }
    }
  }
}

/** What lists show: the common name, else the first of the other names. */
function nameOf({ subject, extensions }: Certificate): string {
  const common = subject.rdns.flat().find(({ type }) => attributeTypeName(type) === 'commonName')?.value
  const [first] = findExtension(extensions, SubjectAltName) ?? []
  return (
    common ?? (first === undefined ? undefined : generalNameToString(first).replace(/^[a-z]+:/, '')) ?? 'certificate'
  )
}

/** What some system would not take in a file's name becomes a hyphen. */
function fileNameOf(name: string): string {
  return (
    name
      .replace(/[^\p{L}\p{N}.]+/gu, '-')
      .replace(/^[-.]+|[-.]+$/g, '')
      .slice(0, 60) || 'certificate'
  )
}
