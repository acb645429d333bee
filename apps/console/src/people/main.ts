import { say } from './page.ts'

/** The pages of people who have no account. Each loads what it needs, and nothing of the console. */
const PAGES: Readonly<Record<string, () => Promise<{ readonly open: () => void }>>> = {
  request: () => import('./request/ask-page.ts'),
  'request-status': () => import('./request/status-page.ts'),
  claim: () => import('./claim/claim-page.ts'),
  renewal: () => import('./renewal/renewal-page.ts'),
}

const load = PAGES[document.querySelector('main')?.dataset['page'] ?? '']
load?.().then(
  ({ open }) => open(),
  () => say('A part of this page did not arrive. Load it again.'),
)
