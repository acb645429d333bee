import { problemOf } from '../api/api-problem.ts'
import { element } from './element.ts'

/** The last part of the address, as it stands there: the public id or the secret of the page. */
export function endOfAddress(): string {
  return location.pathname.split('/').pop() ?? ''
}

/** Puts these in place of what the page showed, with a line above that is read out. */
export function show(state: string, ...content: readonly (Node | undefined)[]): void {
  at('state').textContent = state
  at('content').replaceChildren(...content.filter((part) => part !== undefined))
}

/** Changes the line above alone. */
export function say(state: string): void {
  at('state').textContent = state
}

/**
 * Does what a button stands for: it cannot be pressed meanwhile, and what goes wrong is said above, in the server's own words where it
 * has some. Gives whether it went well.
 */
export async function attempt(work: () => Promise<void>, button?: HTMLButtonElement): Promise<boolean> {
  const problem = at('problem')
  problem.hidden = true
  if (button !== undefined) button.disabled = true
  try {
    await work()
    return true
  } catch (error) {
    problem.textContent = wordsOf(error)
    problem.hidden = false
    problem.focus()
    return false
  } finally {
    if (button !== undefined) button.disabled = false
  }
}

/** Opens a page: what cannot be shown at all can be tried again. */
export async function openWith(work: () => Promise<void>): Promise<void> {
  if (await attempt(work)) return
  const again = element('button', { type: 'button', class: 'button' }, 'Try again')
  again.addEventListener('click', () => void openWith(work))
  show('', element('p', { class: 'actions' }, again))
}

function wordsOf(error: unknown): string {
  const { errors = [], detail } = problemOf(error)
  return errors.length > 0 ? errors.map((one) => one.detail).join(' ') : detail
}

function at(id: string): HTMLElement {
  return document.getElementById(id) ?? document.body
}
