import { ApiProblem } from '../../api/api-problem.ts'
import { callApi } from '../../api/call-api.ts'
import type { Claim } from '../../api/operations.ts'
import { element } from '../element.ts'
import { type HeldKey, isFor, KEPT_NOTHING, makeAndKeep, openKept, release } from '../key/held-key.ts'
import { findKey, forgetKey, type KeptKey, keptIdOf } from '../key/kept-keys.ts'
import type { KeyWish } from '../key/key-form.ts'
import { whyNoKey } from '../key/make-key.ts'
import { SAVED, savePart } from '../key/save-part.ts'
import { unlockForm } from '../key/unlock-form.ts'
import { attempt, endOfAddress, openWith, say, show } from '../page.ts'
import { button, certificatePart, certified } from '../parts.ts'
import { openForms } from './claim-forms.ts'

/** Whoever is here by a link, and the id under which their key is kept. */
interface Visit {
  readonly token: string
  readonly id: string
}

const FIRST_LOOK_MS = 3_000
const LONGEST_LOOK_MS = 30_000

/** The page that the link of a claim opens: makes the key here, has its certificate, and gives both in one file. */
export function open(): void {
  const token = endOfAddress()
  void openWith(async () => {
    const canKeep = whyNoKey() === undefined
    const visit = { token, id: canKeep ? await keptIdOf('claim', token) : '' }
    const claim = await callApi('lookAtClaim', { body: { token } })
    const kept = canKeep ? await findKey(visit.id, Date.now()).catch(() => undefined) : undefined
    await showClaim(visit, claim, kept)
  })
}

async function showClaim(visit: Visit, claim: Claim, kept: KeptKey | undefined): Promise<void> {
  switch (claim.state) {
    case 'declined':
      await forgetKey(visit.id).catch(() => undefined)
      return show('It was declined. Ask whoever sent you the link.', certified(claim))
    case 'open':
      return kept === undefined ? showOpen(visit, claim) : showUnlock(visit, claim, kept, KEY_IS_HERE)
    case 'signing':
      show(BEING_SIGNED, certified(claim))
      return lookAgain(visit, (next) => showClaim(visit, next, kept))
    case 'issued':
      if (kept === undefined) return showIssued(claim)
      return isFor(chainOf(claim), kept) ? showUnlock(visit, claim, kept, READY) : showTaken(visit, claim)
  }
}

const KEY_IS_HERE = 'A key was made here already, and nothing is lost. Type its password to go on.'
const READY = 'Your certificate is ready, and its key is in this browser. Type the password that you set for it.'
const BEING_SIGNED =
  'It is being signed. This page looks again by itself; you may also come back later by the same link.'

function showOpen(visit: Visit, claim: Claim): void {
  show(
    'It was approved. A key of yours is due.',
    certified({ ...claim, before: claim.expiresAt }),
    ...openForms(claim, {
      make: (wish) => begin(visit, claim, wish),
      redeem: async (csr) => {
        const redeemed = await callApi('redeemClaim', { body: { token: visit.token, csr } })
        await showClaim(visit, redeemed, undefined)
      },
    }),
  )
}

/** Makes the key, keeps it, and then asks for its certificate. */
async function begin(visit: Visit, claim: Claim, wish: KeyWish): Promise<void> {
  say('Your browser makes the key …')
  const { held, isKept } = await makeAndKeep({ id: visit.id, expiresAt: Date.parse(claim.expiresAt) }, wish)
  if (isKept) return redeem(visit, claim, held)
  const goOn = button('Go on all the same', (pressed) => void attempt(() => redeem(visit, claim, held), pressed))
  show(KEPT_NOTHING, certified(claim), element('p', { class: 'buttons' }, goOn))
}

/** Sends the request for the key, and nothing else of it. The same request again has the same answer. */
async function redeem(visit: Visit, claim: Claim, held: HeldKey): Promise<void> {
  say('Your key is made. Its certificate is on the way …')
  let redeemed: Claim
  try {
    redeemed = await callApi('redeemClaim', { body: { token: visit.token, csr: held.kept.csr } })
  } catch (error) {
    if (error instanceof ApiProblem && error.problem.code === 'conflict') {
      const now = await callApi('lookAtClaim', { body: { token: visit.token } })
      if (now.state !== 'open') return showTaken(visit, now)
    }
    showAgain(visit, claim, held)
    throw error
  }
  await goOn(visit, redeemed, held)
}

async function goOn(visit: Visit, claim: Claim, held: HeldKey): Promise<void> {
  if (claim.state === 'issued')
    return isFor(chainOf(claim), held.kept) ? showSave(claim, held) : showTaken(visit, claim)
  if (claim.state !== 'signing') return showAgain(visit, claim, held)
  show(BEING_SIGNED, certified(claim))
  return lookAgain(visit, (next) => goOn(visit, next, held))
}

/** The key is there, its certificate is not: the server could not be reached, or refused. */
function showAgain(visit: Visit, claim: Claim, held: HeldKey): void {
  const again = button('Try again', (pressed) => void attempt(() => redeem(visit, claim, held), pressed), 'primary')
  show(
    'Your key is made and waits in this browser; its certificate is not here yet.',
    certified(claim),
    element('p', { class: 'buttons' }, again, startAgain(visit, 'open', held.kept)),
  )
}

function showUnlock(visit: Visit, claim: Claim, kept: KeptKey, state: string): void {
  show(
    state,
    certified(claim),
    unlockForm(claim.state === 'open' ? MAKE_ANOTHER : LOST, startAgain(visit, claim.state, kept), async (password) => {
      const held = await openKept(kept, password)
      await (claim.state === 'open' ? redeem(visit, claim, held) : goOn(visit, claim, held))
    }),
  )
}

const MAKE_ANOTHER = 'Then forget this key, and make another one: there is no certificate for it yet.'
const LOST = 'Then this key is lost. Forget it, and ask whoever sent you the link to open it once more.'

/** Without the key that was made; unless what it was made for has come meanwhile. */
function startAgain(visit: Visit, was: Claim['state'], kept: KeptKey): HTMLButtonElement {
  const forget = async (): Promise<void> => {
    const claim = await callApi('lookAtClaim', { body: { token: visit.token } })
    if (claim.state !== was) return showClaim(visit, claim, kept)
    await forgetKey(visit.id)
    await showClaim(visit, claim, undefined)
  }
  return button('Forget this key', (pressed) => void attempt(forget, pressed))
}

function showSave(claim: Claim, held: HeldKey): void {
  const { kept, pkcs8, password } = held
  const chain = chainOf(claim)
  const confirmed = () =>
    void attempt(async () => {
      await release(held)
      show(SAVED, certified(claim), certificatePart(chain))
    })
  show(
    'Your certificate is ready.',
    certified(claim),
    savePart({ pkcs8, password, chain, system: kept.system }, confirmed),
  )
}

function showIssued(claim: Claim): void {
  show(
    'The certificate was issued.',
    element('p', {}, ISSUED_ELSEWHERE),
    certified(claim),
    certificatePart(chainOf(claim)),
  )
}

const ISSUED_ELSEWHERE =
  'Its key is where it was made: in the file that was saved, in another browser, or with whoever gave a request for it. If it is lost, ask whoever sent you the link to open it once more.'

async function showTaken(visit: Visit, claim: Claim): Promise<void> {
  await forgetKey(visit.id).catch(() => undefined)
  show(
    'This certificate was claimed with another key.',
    element('p', {}, TAKEN),
    certified(claim),
    claim.certificate === undefined ? undefined : certificatePart(chainOf(claim)),
  )
}

const TAKEN =
  'Another browser or window was first. If that was you, go on there. If it was not, tell whoever sent you the link: they take that certificate back and send you another link.'

/** Asks what became of a claim, later and later, until it is no longer being signed. */
async function lookAgain(visit: Visit, next: (claim: Claim) => Promise<void> | void): Promise<void> {
  let wait = FIRST_LOOK_MS
  const look = async (): Promise<void> => {
    const claim = await callApi('lookAtClaim', { body: { token: visit.token } }).catch(() => undefined)
    if (claim !== undefined && claim.state !== 'signing') return void (await attempt(async () => next(claim)))
    wait = Math.min(LONGEST_LOOK_MS, wait * 1.5)
    setTimeout(() => void look(), wait)
  }
  setTimeout(() => void look(), wait)
}

function chainOf({ certificate = '', chain = '' }: Claim): string {
  return certificate + chain
}
