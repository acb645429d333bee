import { type Html, html } from '../../platform/page.ts'

/** Where holders renew: by the API, and in a browser. */
export interface RenewalAddresses {
  readonly api: string
  readonly page: string
}

/** How the holder of a certificate renews it by its key, in lines for a shell. They stand in one place, and tests run them. */
export function renewalPart({ api, page }: RenewalAddresses): Html {
  return html`<section><h2>Renewal</h2>
<p>Whoever holds a certificate of this authority and its key can renew it, as far as its template allows: the key signs which certificate
is to be renewed for which new key.</p>
<p class="buttons"><a class="button" href="${page}">Renew in this browser</a></p>
<p>The same in a shell. With the certificate in <code>old.pem</code>, its key in <code>old.key</code> and a certification
request for the new key in <code>new.csr</code>:</p>
<pre><code>${commands(api)}</code></pre>
<p class="soft">The text is good for ten minutes. The same request again gets the same certificate.</p>
</section>`
}

function commands(url: string): string {
  const json = "-H 'content-type: application/json' -d @-"
  return `jq -n --rawfile certificate old.pem --rawfile csr new.csr '{$certificate, $csr}' |
  curl -sS ${json} ${url}/challenge | jq -j .text > challenge.txt
${SIGN}
jq -n --rawfile certificate old.pem --rawfile csr new.csr --rawfile proof proof.pem '{$certificate, $csr, $proof}' |
  curl -sS ${json} ${url} | jq -r '.certificate, .chain' > new.pem`
}

const SIGN =
  'openssl cms -sign -binary -nodetach -nosmimecap -md sha256 -signer old.pem -inkey old.key -in challenge.txt -outform PEM -out proof.pem'
