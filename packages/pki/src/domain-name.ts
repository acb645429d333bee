/**
 * Domain names as certificates carry them: A-labels in lower case, in the preferred syntax (RFC 5280 §4.2.1.6, RFC
 * 1123 §2.1).
 */

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const HOST = new RegExp(`^(?:${LABEL}\\.)*${LABEL}$`, 'i')
/** Also hexadecimal ones: browsers and C libraries take "127.0x1" for an address. */
const LAST_LABEL_IS_NUMBER = /(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$/i
const LONGEST = 253

/**
 * What is wrong with this text as a host name in ASCII, in words that follow the name; `undefined` when nothing is.
 * Upper case is right, underscores are not. With `'wildcard'`, `*` may be the whole left-most label (RFC 9525 §6.3)
 * above a name.
 */
export function domainProblem(domain: string, wildcard?: 'wildcard'): string | undefined {
  if (domain.length > LONGEST) return `is longer than ${LONGEST} characters`
  const name = wildcard && domain.startsWith('*.') ? domain.slice(2) : domain
  if (!HOST.test(name)) return syntaxProblem(name)
  if (LAST_LABEL_IS_NUMBER.test(name)) return 'ends in a number, as only addresses do'
  return /xn--/i.test(name) ? aLabelProblem(name) : undefined
}

/** Names the fault that the pattern found. */
function syntaxProblem(name: string): string {
  if (name === '') return 'is empty'
  if (name.endsWith('.')) return 'ends in a dot'
  if (name.includes('*')) return 'has a wildcard that is not the whole left-most label'
  if (name.includes('_')) return 'has an underscore, which host names cannot have'
  if (!/^[a-z0-9.-]*$/i.test(name)) return 'has characters that host names cannot have'
  const label = name.split('.').find((part) => !HOST.test(part)) ?? ''
  if (label === '') return 'has an empty label'
  return label.length > 63 ? 'has a label longer than 63 characters' : 'has a label that begins or ends with a hyphen'
}

/**
 * Whether each label after `xn--` is Punycode of a label that belongs there (RFC 5891 §5.4). The platform's own
 * conversion says so, but some platforms pass a name that is all ASCII unseen: a label in front that is not makes
 * them look.
 */
function aLabelProblem(name: string): string | undefined {
  return toAscii(`ü.${name}`) === `xn--tda.${name.toLowerCase()}`
    ? undefined
    : 'has a label after "xn--" that is no Punycode of a valid label'
}

/**
 * The name with its labels as A-labels in lower case, a wildcard kept when `'wildcard'` says so; `undefined` when it
 * is no host name. U-labels are converted as browsers do (UTS #46).
 */
export function normalizeDomain(text: string, wildcard?: 'wildcard'): string | undefined {
  if (text.length > LONGEST) return undefined
  const isWildcard = wildcard !== undefined && text.startsWith('*.')
  const name = isWildcard ? text.slice(2) : text
  const ascii = IS_ASCII.test(name) ? name.toLowerCase() : toAscii(name)
  if (ascii === undefined) return undefined
  const whole = isWildcard ? `*.${ascii}` : ascii
  return domainProblem(whole, wildcard) === undefined ? whole : undefined
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is meant, control characters included
const IS_ASCII = /^[\x00-\x7f]*$/

/**
 * The URL parser is every platform's IDNA. It would also take "1.2" for an address, undo percent signs and stop at a
 * slash: only letters, digits, hyphens, dots and what is not ASCII get that far, and the caller judges the result.
 */
function toAscii(name: string): string | undefined {
  if (name === '' || !/^[a-z0-9.\-\u0080-\u{10ffff}]*$/iu.test(name)) return undefined
  return URL.parse(`https://${name}/`)?.hostname
}

/** The labels of a name, from the left. */
export function labelsOf(domain: string): string[] {
  return domain.split('.')
}
