import { type Letter, oneLine } from './letter.ts'

/** A letter as a mail carries it: the same in both forms. */
export interface RenderedLetter {
  readonly subject: string
  readonly text: string
  readonly html: string
}

const LONGEST_SUBJECT = 150

/** A letter in the one look of all mails. `from` is the address of the installation, for its foot. */
export function renderLetter(letter: Letter, from: string): RenderedLetter {
  return { subject: subjectOf(letter), text: textOf(letter, from), html: htmlOf(letter, from) }
}

/** One line: what would end a header, or is taken for its end somewhere, stands in none. */
function subjectOf({ subject }: Letter): string {
  return oneLine(subject).slice(0, LONGEST_SUBJECT).toWellFormed()
}

function textOf({ paragraphs, action, facts = [], closing }: Letter, from: string): string {
  const blocks = [
    ...paragraphs,
    ...(action === undefined ? [] : [`${action.label}:\n${action.link}`]),
    ...(facts.length === 0 ? [] : [facts.map(([name, value]) => `${name}: ${value}`).join('\n')]),
    `-- \n${[...closing, from].join('\n')}`,
  ]
  return `${blocks.join('\n\n')}\n`
}

/** Styles stand at their elements: many mail programs read no others. Nothing is fetched from anywhere. */
function htmlOf({ subject, paragraphs, action, facts = [], closing }: Letter, from: string): string {
  const body = [
    ...paragraphs.map((text) => `<p style="margin:0 0 16px">${escaped(text)}</p>`),
    ...(action === undefined ? [] : [buttonOf(action)]),
    ...(facts.length === 0 ? [] : [tableOf(facts)]),
  ]
  const foot = [...closing, from].map((text) => `<p style="margin:0 0 4px">${escaped(text)}</p>`)
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escaped(subject)}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:36em;margin:0 auto">
<p style="margin:0 0 24px;font-weight:600;letter-spacing:.02em">Chancery</p>
${body.join('\n')}
<div style="margin-top:32px;padding-top:16px;border-top:1px solid #8888;font-size:13px;opacity:.8">
${foot.join('\n')}
</div>
</div>
</body>
</html>
`
}

function buttonOf({ label, link }: NonNullable<Letter['action']>): string {
  const style =
    'display:inline-block;padding:10px 18px;border-radius:6px;background:#1f4e8c;color:#fff;text-decoration:none'
  return `<p style="margin:0 0 16px"><a href="${escaped(link)}" style="${style}">${escaped(label)}</a></p>
<p style="margin:0 0 16px;font-size:13px;word-break:break-all">${escaped(link)}</p>`
}

function tableOf(facts: NonNullable<Letter['facts']>): string {
  const rows = facts.map(
    ([name, value]) =>
      `<tr><td style="padding:2px 16px 2px 0;vertical-align:top;opacity:.8">${escaped(name)}</td><td style="padding:2px 0;word-break:break-word">${escaped(value)}</td></tr>`,
  )
  return `<table role="presentation" style="border-collapse:collapse;margin:0 0 16px">${rows.join('')}</table>`
}

/** Fit for the content of an element and for a quoted attribute. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
