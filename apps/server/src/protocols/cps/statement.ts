import { type Html, html, trustedHtml } from '../../platform/page.ts'

/** Characters. Rendering more would hold up everybody else: longer texts are shown as they were written. */
const LONGEST_MARKDOWN = 64 * 1024
/** Characters of rendered texts that are kept. */
const MOST_KEPT = 8 * 1024 * 1024
const HEADINGS = 2

let markdown: ReturnType<typeof loadMarkdown> | undefined
const kept = new Map<string, Html>()
let keptCharacters = 0

/** A practice statement, plain text or Markdown (CommonMark with tables; a line break is one), as HTML. */
export async function statement(text: string): Promise<Html> {
  if (text.length > LONGEST_MARKDOWN) return html`<pre>${text}</pre>`
  const known = kept.get(text)
  if (known !== undefined) return known
  markdown ??= loadMarkdown()
  const rendered = trustedHtml((await markdown).render(text))
  if (kept.has(text)) return rendered
  kept.set(text, rendered)
  keptCharacters += text.length
  for (const oldest of kept.keys()) {
    if (keptCharacters <= MOST_KEPT) break
    kept.delete(oldest)
    keptCharacters -= oldest.length
  }
  return rendered
}

/** Markdown without HTML, images and links to anything but the web and mail: what it makes is safe to show. Loaded by the first statement. */
async function loadMarkdown() {
  const { default: markdownIt } = await import('markdown-it')
  const made = markdownIt({ html: false, linkify: true, breaks: true, maxNesting: 40 }).disable('image')
  made.linkify.set({ fuzzyLink: false, fuzzyIP: false })
  made.validateLink = (url) => /^(https?:\/\/|mailto:)/i.test(url.trim())
  made.core.ruler.push('fit_into_page', ({ tokens }) => {
    for (const token of tokens) {
      // The page's own headings stand above those of the text.
      if (token.type === 'heading_open' || token.type === 'heading_close') token.tag = below(token.tag)
      for (const inline of token.children ?? []) {
        if (inline.type === 'link_open') inline.attrSet('rel', 'noopener noreferrer nofollow')
      }
    }
  })
  return made
}

function below(tag: string): string {
  return `h${Math.min(6, Number(tag.slice(1)) + HEADINGS)}`
}
