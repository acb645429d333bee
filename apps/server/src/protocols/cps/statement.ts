import markdownIt from 'markdown-it'
import { type Html, html, trustedHtml } from '../../platform/page.ts'

/** Longer texts are shown as they were written. */
const LONGEST_MARKDOWN = 128 * 1024
/** Rendered texts that are kept. */
const MOST_KEPT = 50
const HEADINGS = 2

/** Markdown without HTML, images and links to anything but the web and mail: what it makes is safe to show. */
const markdown = markdownIt({ html: false, linkify: true, breaks: true, maxNesting: 40 }).disable('image')
markdown.linkify.set({ fuzzyLink: false, fuzzyIP: false })
markdown.validateLink = (url) => /^(https?:\/\/|mailto:)/i.test(url.trim())
markdown.core.ruler.push('fit_into_page', ({ tokens }) => {
  for (const token of tokens) {
    // The page's own headings stand above those of the text.
    if (token.type === 'heading_open' || token.type === 'heading_close') token.tag = below(token.tag)
    for (const inline of token.children ?? []) {
      if (inline.type === 'link_open') inline.attrSet('rel', 'noopener noreferrer nofollow')
    }
  }
})

const kept = new Map<string, Html>()

/** A practice statement, plain text or Markdown (CommonMark with tables; a line break is one), as HTML. */
export function statement(text: string): Html {
  if (text.length > LONGEST_MARKDOWN) return html`<pre>${text}</pre>`
  const found = kept.get(text) ?? trustedHtml(markdown.render(text))
  kept.delete(text)
  kept.set(text, found)
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST_KEPT) break
    kept.delete(oldest)
  }
  return found
}

function below(tag: string): string {
  return `h${Math.min(6, Number(tag.slice(1)) + HEADINGS)}`
}
