import { STYLE } from './page-style.ts'
import type { PublicAnswer, PublicRoute } from './public-routes.ts'

/** Text that is HTML already. Made by `html` alone, so that text from outside is always escaped. */
export interface Html {
  readonly html: string
}

type HtmlPart = string | number | Html | readonly HtmlPart[] | undefined | false

/** HTML with what is put in escaped: fit for the content of an element and for a quoted attribute. */
export function html(texts: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  const whole = texts.map((text, index) => text + render(parts[index]))
  return { html: whole.join('') }
}

/** Text that somebody else made sure is safe HTML, e.g. sanitised Markdown. */
export function trustedHtml(text: string): Html {
  return { html: text }
}

export interface Page {
  readonly title: string
  readonly body: Html
  /** Other than 200. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * A page for a person: no script, the style from `/style.css`, light and dark, phone and desktop. It carries the headers that
 * forbid everything else, so that it may stand on a route without hooks too.
 */
export function pageAnswer({ title, body, status = 200, headers = {} }: Page): PublicAnswer {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Chancery</title>
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="data:,">
</head>
<body>
${body}
</body>
</html>
`
  return { status, mediaType: 'text/html; charset=utf-8', headers: { ...PAGE_HEADERS, ...headers }, body: page.html }
}

/** The style of all pages. On every listener: pages of relying parties need it on plain HTTP. */
export const STYLE_ROUTE: PublicRoute = {
  audience: 'relying-parties',
  methods: ['GET'],
  path: '/style.css',
  summary: 'The style of pages',
  handle: () => ({
    status: 200,
    mediaType: 'text/css; charset=utf-8',
    headers: { 'cache-control': 'public, max-age=3600' },
    body: STYLE,
  }),
}

const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none';style-src 'self';img-src 'self' data:;base-uri 'none';form-action 'self';frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
} as const

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function render(part: HtmlPart): string {
  if (part === undefined || part === false) return ''
  if (isList(part)) return part.map(render).join('')
  if (typeof part === 'object') return part.html
  return String(part).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
}

function isList(part: HtmlPart): part is readonly HtmlPart[] {
  return Array.isArray(part)
}
