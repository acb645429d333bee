import { type Html, html, pageAnswer, trustedHtml } from '../../platform/page.ts'
import type { PublicAnswer, PublicRoute } from '../../platform/public-routes.ts'
import { LINK_SCRIPT } from './link-script.ts'
import { REQUEST_SCRIPT } from './request-script.ts'

const PAGES = [
  ['/request/:publicId', 'The page on which strangers ask for a certificate', 'Ask for a certificate', askingParts],
  ['/request-status/:token', 'The page that the link of a request opens', 'Your request', requestParts],
  ['/claim/:token', 'The page that the link of a claim opens', 'Your certificate', claimParts],
] as const

/** The pages of people who have no account. They are the same whatever their address holds: their script asks, and acts. */
export function peopleRoutes(random: (byteCount: number) => Uint8Array): readonly PublicRoute[] {
  return PAGES.map(([path, summary, title, parts]) => ({
    audience: 'people',
    methods: ['GET'],
    path,
    summary,
    handle: () => page(title, parts(), Buffer.from(random(16)).toString('base64')),
  }))
}

interface Parts {
  readonly content: Html
  readonly script: string
}

function page(title: string, { content, script }: Parts, nonce: string): PublicAnswer {
  return pageAnswer({
    title,
    headers: {
      'cache-control': 'no-store',
      // The one script of the page, which may speak to this server alone.
      'content-security-policy': `default-src 'none';style-src 'self';img-src data:;script-src 'nonce-${nonce}';connect-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'`,
    },
    body: html`<header class="narrow"><span class="brand">Chancery</span><h1>${title}</h1></header>
<main class="narrow">
<noscript><p class="notice">This page needs JavaScript.</p></noscript>
<p id="problem" class="notice problem" role="alert" tabindex="-1" hidden></p>
<p id="state" role="status">One moment …</p>
${content}
</main>
<script nonce="${nonce}">${trustedHtml(script)}</script>`,
  })
}

function askingParts(): Parts {
  const content = html`<form id="ask" class="card" hidden>
<p id="intro"></p>
<p class="field"><label for="email">Your e-mail address</label>
<span class="soft" id="email-hint">A link goes there, by which you confirm and see what became of the request.</span>
<input id="email" type="email" autocomplete="email" required aria-describedby="email-hint"></p>
<fieldset><legend>The key</legend>
<label class="choice"><input type="radio" name="how" value="form" checked> Make it later: fill in what the certificate is to say</label>
<label class="choice"><input type="radio" name="how" value="csr"> I have a certification request (CSR) of a key of mine</label>
</fieldset>
<fieldset id="form-part" class="plain"><div id="fields"></div></fieldset>
<fieldset id="csr-part" class="plain" hidden disabled>
<p class="field"><label for="csr">Certification request (PEM)</label><span class="soft" id="keys"></span>
<textarea id="csr" rows="8" spellcheck="false" autocomplete="off" required aria-describedby="keys"></textarea></p>
</fieldset>
<p class="actions"><button type="submit" class="button primary">Ask for the certificate</button></p>
</form>`
  return { content, script: REQUEST_SCRIPT }
}

function requestParts(): Parts {
  return byLink(html`<form id="act" class="card" data-look="requests/look" data-act="requests/confirm" hidden>
<p>Confirm that it was you who asked. Nobody looks at the request before.</p>
<p class="actions"><button type="submit" class="button primary">Confirm the request</button></p>
</form>`)
}

function claimParts(): Parts {
  return byLink(html`<form id="act" class="card" data-look="claims/look" data-act="claims/redeem" hidden>
<p>Make a key on the device that is to use it, and a certification request for it. Names in the request count for nothing: those above
are certified.</p>
<pre><code>openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj / -keyout my.key -out my.csr</code></pre>
<p class="field"><label for="csr">Certification request (PEM)</label>
<textarea id="csr" name="csr" rows="8" cols="64" spellcheck="false" required></textarea></p>
<p class="actions"><button type="submit" class="button primary">Get the certificate</button></p>
</form>`)
}

/** A page whose address is a secret link. */
function byLink(act: Html): Parts {
  const content = html`<dl id="facts"></dl>
${act}
<section id="issued" hidden>
<p class="buttons"><a id="download" class="button primary" download="certificate.pem">Certificate with its chain (PEM)</a></p>
<pre tabindex="0"><code id="certificate"></code></pre>
</section>`
  return { content, script: LINK_SCRIPT }
}
