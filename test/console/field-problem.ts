import type { Locator, Page } from 'playwright-core'

/** What the texts that describe a field say, once it is marked as wrong. */
export async function problemAt(page: Page, field: Locator): Promise<string> {
  await field.and(page.locator('[aria-invalid=true]')).waitFor()
  const described = ((await field.getAttribute('aria-describedby')) ?? '').split(' ').filter((id) => id !== '')
  const texts = await Promise.all(described.map((id) => page.locator(`[id="${id}"]`).textContent()))
  return texts.join(' ')
}
