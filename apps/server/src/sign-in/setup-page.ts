import { type Html, html, pageAnswer, trustedHtml } from '../platform/page.ts'
import type { PublicAnswer, PublicRoute } from '../platform/public-routes.ts'
import { SETUP_SCRIPT } from './setup-script.ts'

/** What the page needs. */
export interface SetupPageDeps {
  readonly isSetUp: () => Promise<boolean>
  readonly random: (byteCount: number) => Uint8Array
}

/** `/setup`: the page that the setup link opens. The secret stays in its fragment until the form is sent. */
export function setupPageRoute({ isSetUp, random }: SetupPageDeps): PublicRoute {
  return {
    audience: 'people',
    methods: ['GET'],
    path: '/setup',
    summary: 'The page on which the first account is made',
    handle: async () => ((await isSetUp()) ? donePage() : formPage(Buffer.from(random(16)).toString('base64'))),
  }
}

function formPage(nonce: string): PublicAnswer {
  return pageAnswer({
    title: 'Set up',
    headers: {
      'cache-control': 'no-store',
      // The one script of the page, which may speak to this server alone.
      'content-security-policy': `default-src 'none';style-src 'self';img-src data:;script-src 'nonce-${nonce}';connect-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'`,
    },
    body: html`${masthead('Set up this installation')}
<main class="narrow">
<p id="intro" class="soft">The first account runs the installation, and owns the first tenant: the space in which its certificate
authorities live.</p>
<noscript><p class="notice">This page needs JavaScript. Without it: <code>./chancery setup --help</code></p></noscript>
<form id="setup" class="card" novalidate>
<p id="problem" class="notice problem" role="alert" tabindex="-1" hidden></p>
${FIELDS.map(field)}
<p class="actions"><button type="submit" class="button primary">Create the account</button></p>
</form>
<section id="welcome" class="card" tabindex="-1" hidden>
<h2>Done</h2>
<p>You are signed in. The setup link does not work any more.</p>
<p class="buttons"><a class="button primary" href="/">Go on</a></p>
</section>
</main>
<script nonce="${nonce}">${trustedHtml(SETUP_SCRIPT)}</script>`,
  })
}

function donePage(): PublicAnswer {
  return pageAnswer({
    title: 'Set up',
    headers: { 'cache-control': 'no-store' },
    body: html`${masthead('This installation is set up')}
<main class="narrow">
<p>Its first account exists, so the setup link opens nothing any more. Whoever runs it can invite you.</p>
<p class="buttons"><a class="button" href="/">Go on</a></p>
</main>`,
  })
}

function masthead(title: string): Html {
  return html`<header class="narrow"><span class="brand">Chancery</span><h1>${title}</h1></header>`
}

const FIELDS = [
  {
    name: 'tenantName',
    label: 'Name of the tenant',
    hint: 'Your organization, or anything that you know it by.',
    type: 'text',
    autocomplete: 'organization',
  },
  { name: 'name', label: 'Your name', hint: '', type: 'text', autocomplete: 'name' },
  { name: 'email', label: 'E-mail address', hint: 'You sign in with it.', type: 'email', autocomplete: 'username' },
  {
    name: 'password',
    label: 'Password',
    hint: '12 characters or more.',
    type: 'password',
    autocomplete: 'new-password',
  },
  { name: 'repeated', label: 'The password again', hint: '', type: 'password', autocomplete: 'new-password' },
] as const

function field({ name, label, hint, type, autocomplete }: (typeof FIELDS)[number]): Html {
  const described = `${name}-problem${hint === '' ? '' : ` ${name}-hint`}`
  return html`<p class="field"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" maxlength="254" required aria-describedby="${described}">
<span id="${name}-problem" class="wrong" aria-live="polite"></span>
${hint !== '' && html`<span id="${name}-hint" class="soft hint">${hint}</span>`}</p>
`
}
