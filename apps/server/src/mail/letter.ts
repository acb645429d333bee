/** What a mail is about, in one word for lists. */
export const MAIL_KINDS = [
  'test',
  'member-invitation',
  'registration',
  'password-reset',
  'password-changed',
  'request-invitation',
  'request-confirmation',
  'request-declined',
  'claim',
  'certificate-issued',
  'certificate-expiring',
  'certificate-revoked',
  'webhook-switched-off',
] as const
export type MailKind = (typeof MAIL_KINDS)[number]

/** What a mail says, as plain text. How it looks is the same for all; see `render-letter.ts`. */
export interface Letter {
  readonly subject: string
  readonly paragraphs: readonly string[]
  /** The one thing to do: a button in HTML, the address alone in text. */
  readonly action?: { readonly label: string; readonly link: string }
  /** Short facts, one in a line. */
  readonly facts?: readonly (readonly [name: string, value: string])[]
  /** What stands small at the end: why this came, and what to do if it should not have. */
  readonly closing: readonly string[]
}

const LONGEST_QUOTE = 300
/** Control characters, line and paragraph separators, and what turns the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/gu

/**
 * What somebody else typed, fit to stand in a letter: one line, of bounded length, with nothing that hides or turns text, and no
 * address that a mail program would make a link of its own accord.
 */
export function quoted(text: string): string {
  const line = oneLine(text).replaceAll('://', ': //').replace(/ {2,}/g, ' ').trim()
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE - 1)}…` : line
}

/** Text without anything that ends, hides or turns a line. */
export function oneLine(text: string): string {
  return text.replace(UNPRINTABLE, ' ')
}

/** A moment as letters say it: `2026-12-04 09:30 UTC`. */
export function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
