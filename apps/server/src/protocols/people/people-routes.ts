import { html, pageAnswer } from '../../platform/page.ts'
import type { PublicAnswer, PublicRoute } from '../../platform/public-routes.ts'

const PAGES = [
  ['/request/:publicId', 'The page on which strangers ask for a certificate', 'request', 'Ask for a certificate'],
  ['/request-status/:token', 'The page that the link of a request opens', 'request-status', 'Your request'],
  ['/claim/:token', 'The page that the link of a claim opens', 'claim', 'Your certificate'],
  // Not the page that certificates point at, which is served on plain HTTP too: there nobody would know who wrote its script.
  ['/cps/:authority/renewal', 'The page on which holders renew certificates', 'renewal', 'Renew your certificate'],
] as const

/**
 * The pages of people who have no account. They are the same whatever their address holds: their script asks, and acts. `script` is
 * its address; a server whose console is not built has none.
 */
export function peopleRoutes(
  script: string | undefined,
  random: (byteCount: number) => Uint8Array,
): readonly PublicRoute[] {
  return PAGES.map(([path, summary, name, title]) => ({
    audience: 'people',
    methods: ['GET'],
    path,
    summary,
    handle: () =>
      script === undefined ? notBuilt() : page(name, title, script, Buffer.from(random(16)).toString('base64')),
  }))
}

function page(name: string, title: string, script: string, nonce: string): PublicAnswer {
  return pageAnswer({
    title,
    headers: {
      'cache-control': 'no-store',
      // The one script of the page and what it loads, which may speak to this server alone.
      'content-security-policy': `default-src 'none';style-src 'self';img-src data:;script-src 'nonce-${nonce}';connect-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'`,
    },
    body: html`<header class="narrow"><span class="brand">Chancery</span><h1>${title}</h1></header>
<meta property="csp-nonce" nonce="${nonce}">
<main class="narrow" data-page="${name}">
<noscript><p class="notice">This page needs JavaScript: a key that is made here is made by your browser, and stays in it.</p></noscript>
<p id="problem" class="notice problem" role="alert" tabindex="-1" hidden></p>
<p id="state" role="status">One moment …</p>
<div id="content"></div>
</main>
<script type="module" nonce="${nonce}" src="${script}"></script>`,
  })
}

function notBuilt(): PublicAnswer {
  return pageAnswer({
    title: 'Not built',
    status: 503,
    headers: { 'cache-control': 'no-store' },
    body: html`<header class="narrow"><span class="brand">Chancery</span><h1>This page is not built</h1></header>
<main class="narrow"><p>Whoever runs this server builds it with <code>node scripts/build-console.mjs</code>.</p></main>`,
  })
}
