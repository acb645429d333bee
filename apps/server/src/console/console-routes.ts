import { Refusal } from '@chancery/pki'
import type { Random } from '../platform/clock-and-random.ts'
import { html, pageAnswer } from '../platform/page.ts'
import type { PublicAnswer, PublicRequest, PublicRoute } from '../platform/public-routes.ts'
import { type Asset, type BuiltConsole, NONCE_PLACE } from './built-console.ts'

/** Every address that is a page of the console. Which of its pages it is, the console knows. */
const PAGES = [
  ['/console', 'The console'],
  ['/console/*', 'A page of the console'],
  ['/sign-in', 'The page on which one signs in'],
  ['/setup', 'The page on which the first account is made, by the setup link'],
  ['/register', 'The page on which one makes an account, while registration is open'],
  ['/invitation', 'The page that the link of an invitation opens'],
  ['/forgot-password', 'The page on which one asks for a new password'],
  ['/new-password', 'The page that the link to a new password opens'],
] as const

const FOR_EVER = 'public, max-age=31536000, immutable'

/** The console: its page, its assets, and the way there from the address of the server. Without a build the page says how to make one. */
export function consoleRoutes(built: BuiltConsole | undefined, random: Random): readonly PublicRoute[] {
  const page = () => (built === undefined ? notBuilt() : consolePage(built, random))
  return [
    {
      audience: 'people',
      methods: ['GET'],
      path: '/',
      summary: 'Leads whoever opens the address of the server to the console',
      handle: () => ({
        status: 302,
        mediaType: 'text/plain; charset=utf-8',
        headers: { 'cache-control': 'no-cache', location: '/console' },
        body: 'The console is at /console, and the API is described at /api/docs.\n',
      }),
    },
    ...PAGES.map(([path, summary]) => ({ audience: 'people', methods: ['GET'], path, summary, handle: page }) as const),
    {
      audience: 'people',
      methods: ['GET'],
      path: '/assets/:name',
      summary: 'A part of the console',
      handle: (request) => assetAnswer(built?.assets.get(request.params['name'] ?? ''), request),
    },
  ]
}

function consolePage({ page }: BuiltConsole, random: Random): PublicAnswer {
  const nonce = Buffer.from(random(16)).toString('base64')
  return {
    status: 200,
    mediaType: 'text/html; charset=utf-8',
    headers: {
      'cache-control': 'no-store',
      'content-security-policy': policy(nonce),
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
    },
    body: page.replaceAll(NONCE_PLACE, nonce),
  }
}

/** Scripts and styles of this answer alone, and what those load; it speaks to this server alone. */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join(';')
}

function assetAnswer(asset: Asset | undefined, request: PublicRequest): PublicAnswer {
  if (asset === undefined) throw new Refusal('not-found', 'The console has no such part. Load its page again.')
  const coding = codingOf(asset, request.headers['accept-encoding'])
  return {
    status: 200,
    mediaType: asset.mediaType,
    headers: { 'cache-control': FOR_EVER, vary: 'Accept-Encoding', ...(coding && { 'content-encoding': coding }) },
    body: (coding && asset[coding]) ?? asset.plain,
  }
}

/** The best coding that the client takes, RFC 9110 §12.5.3; a weight is read only where it is zero. */
function codingOf(asset: Asset, accepted: string | string[] | undefined): 'br' | 'gzip' | undefined {
  const taken = String(accepted ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.trim())
    .filter((part) => !/;\s*q=0(?:\.0*)?$/.test(part))
    .map((part) => part.replace(/;.*/, '').trim())
  return (['br', 'gzip'] as const).find((coding) => taken.includes(coding) && asset[coding] !== undefined)
}

function notBuilt(): PublicAnswer {
  return pageAnswer({
    title: 'Console',
    status: 503,
    headers: { 'cache-control': 'no-store' },
    body: html`<header class="narrow"><span class="brand">Chancery</span><h1>The console is not built</h1></header>
<main class="narrow">
<p>Build it with <code>node scripts/build-console.mjs</code> and start the server again; <code>npm start</code> does both.</p>
<p>The API works without it: <a href="/api/docs">how it is called</a>.</p>
</main>`,
  })
}
