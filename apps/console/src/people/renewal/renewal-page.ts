import {
  findExtension,
  generalNameToString,
  keyTypeOf,
  nameToString,
  SubjectAltName,
  serialToHex,
} from '@chancery/x509'
import { callApi } from '../../api/call-api.ts'
import type { CertificateRenewal } from '../../api/operations.ts'
import { element } from '../element.ts'
import { type HeldKey, KEPT_NOTHING, makeAndKeep, openKept, release } from '../key/held-key.ts'
import { findKey, forgetKey, type KeptKey, keptIdOf } from '../key/kept-keys.ts'
import type { KeyWish } from '../key/key-form.ts'
import { makeable, whyNoKey } from '../key/make-key.ts'
import { SAVED, savePart } from '../key/save-part.ts'
import { unlockForm } from '../key/unlock-form.ts'
import { attempt, openWith, say, show } from '../page.ts'
import { button, certificatePart, day, facts } from '../parts.ts'
import { type OldCertificate, openOld, signChallenge } from './old-certificate.ts'
import { newKeyForms, oldForm } from './renewal-forms.ts'

/** One certificate that is being renewed here. */
interface Renewing {
  /** The public id of the CA. */
  readonly publicId: string
  readonly old: OldCertificate
  /** Under which the new key is kept. */
  readonly id: string
}

/** How long a key waits for its file: 30 days. What was renewed can be had again until the old certificate ends. */
const KEPT_MS = 30 * 86_400_000
/** Each call counts against who renews: so later and later. */
const FIRST_LOOK_MS = 5_000
const LONGEST_LOOK_MS = 600_000

/** The page on which the holder of a certificate renews it by its key, which stays in this browser. */
export function open(): void {
  const publicId = location.pathname.split('/')[2] ?? ''
  void openWith(async () => {
    const why = whyNoKey()
    if (why !== undefined) throw new Error(`${why} The lines for a shell do the same.`)
    showStart(publicId)
  })
}

function showStart(publicId: string): void {
  const opened = async (files: readonly Uint8Array[], password: string): Promise<void> => {
    say('Your browser opens the files …')
    const old = await openOld(files, password).finally(() => say(''))
    const id = await keptIdOf('renewal', old.certificate.der.toHex())
    const kept = await findKey(id, Date.now()).catch(() => undefined)
    const renewing = { publicId, old, id }
    if (kept === undefined) showNewKey(renewing)
    else showUnlock(renewing, kept)
  }
  show('', oldForm(opened))
}

function showNewKey(renewing: Renewing): void {
  const { certificate } = renewing.old
  const names = findExtension(certificate.extensions, SubjectAltName) ?? []
  const own = keyTypeOf(certificate.publicKey)
  const acts = {
    make: (wish: KeyWish) => begin(renewing, wish),
    renew: async (csr: string) => goOn(renewing, csr, (renewed) => showIssued(renewing, renewed)),
  }
  show(
    'This certificate is to be renewed. The new one gets a key of its own.',
    oldFacts(renewing),
    ...newKeyForms(own === undefined ? [] : makeable([own]), names, acts),
  )
}

async function begin(renewing: Renewing, wish: KeyWish): Promise<void> {
  const { subject, extensions, notAfter } = renewing.old.certificate
  const expiresAt = Math.min(notAfter, Date.now() + KEPT_MS)
  const san = extensions.filter(({ id }) => id === SubjectAltName.id)
  // The request names what the old certificate does: what it leaves out would be dropped.
  const purpose = { id: renewing.id, expiresAt, names: { subject, extensions: san } }
  say('Your browser makes the key …')
  const { held, isKept } = await makeAndKeep(purpose, wish)
  if (isKept) return renew(renewing, held)
  const all = button('Go on all the same', (pressed) => void attempt(() => renew(renewing, held), pressed))
  show(KEPT_NOTHING, oldFacts(renewing), element('p', { class: 'buttons' }, all))
}

async function renew(renewing: Renewing, held: HeldKey): Promise<void> {
  try {
    await goOn(renewing, held.kept.csr, (renewed) => showSave(renewing, held, renewed))
  } catch (error) {
    const again = button('Try again', (pressed) => void attempt(() => renew(renewing, held), pressed), 'primary')
    const actions = element('p', { class: 'buttons' }, again, startAgain(renewing))
    show('The new key waits in this browser; its certificate is not here.', oldFacts(renewing), actions)
    throw error
  }
}

/** Asks for a challenge, signs it by the old key, and has what that leads to; the same request always has the same answer. */
async function goOn(
  renewing: Renewing,
  csr: string,
  issued: (renewed: CertificateRenewal) => void,
  wait = FIRST_LOOK_MS,
): Promise<void> {
  say('The old key signs, and the new certificate is on the way …')
  const params = { publicId: renewing.publicId }
  const asked = { certificate: renewing.old.pem, csr }
  const { text } = await callApi('askRenewal', { params, body: asked })
  const proof = await signChallenge(text, renewing.old)
  const renewed = await callApi('renew', { params, body: { ...asked, proof } })
  switch (renewed.state) {
    case 'issued':
      return issued(renewed)
    case 'pending':
      return show(PENDING, oldFacts(renewing))
    case 'signing':
      show('It is being signed. This page looks again by itself.', oldFacts(renewing))
      setTimeout(() => void attempt(() => goOn(renewing, csr, issued, Math.min(LONGEST_LOOK_MS, 2 * wait))), wait)
  }
}

const PENDING =
  'Somebody has to say yes first, because the new certificate would name more than the old one. Come back later, open the same files, and go on with the same key.'

function showUnlock(renewing: Renewing, kept: KeptKey): void {
  show(
    'A new key for this certificate was made here already, and nothing is lost. Type its password to go on.',
    oldFacts(renewing),
    unlockForm(
      'Then forget it and make another one, unless its certificate was issued already: then the certificate is renewed no more, and whoever issues it helps.',
      startAgain(renewing),
      async (password) => renew(renewing, await openKept(kept, password)),
    ),
  )
}

function startAgain(renewing: Renewing): HTMLButtonElement {
  return button(
    'Forget this key',
    (pressed) =>
      void attempt(async () => {
        await forgetKey(renewing.id)
        showNewKey(renewing)
      }, pressed),
  )
}

function showSave(renewing: Renewing, held: HeldKey, { certificate = '', chain = '' }: CertificateRenewal): void {
  const { kept, pkcs8, password } = held
  const confirmed = () =>
    void attempt(async () => {
      await release(held)
      show(SAVED, certificatePart(certificate + chain))
    })
  const earned = { pkcs8, password, chain: certificate + chain, system: kept.system }
  show('The certificate was renewed.', oldFacts(renewing), savePart(earned, confirmed))
}

function showIssued(renewing: Renewing, { certificate = '', chain = '' }: CertificateRenewal): void {
  show('The certificate was renewed.', oldFacts(renewing), certificatePart(certificate + chain))
}

function oldFacts({ old: { certificate } }: Renewing): HTMLElement {
  const names = findExtension(certificate.extensions, SubjectAltName) ?? []
  return facts([
    ['Old certificate', nameToString(certificate.subject)],
    ['Names', names.map((name) => generalNameToString(name).replace(/^[a-z]+:/, '')).join(', ')],
    ['Valid until', day(certificate.notAfter)],
    ['Serial number', serialToHex(certificate.serialNumber)],
  ])
}
