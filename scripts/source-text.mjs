// Reads TypeScript as text, well enough for rules about words and imports. No parser: none runs on every Node.

/**
 * Blanks what is not code, keeping every line: in `code` comments are spaces, in `bare` also what stands in strings,
 * template texts and regular expressions.
 */
export function withoutComments(source) {
  let code = ''
  let bare = ''
  for (const { kind, text } of tokens(source)) {
    code += kind === 'comment' ? blank(text) : text
    bare += kind === 'code' ? text : blank(text)
  }
  return { code, bare }
}

/** Every module that the source imports or re-exports: `{ specifier, line }`, type imports included. */
export function importsOf(code) {
  const found = []
  const patterns = [
    /(?:^|[;}\s])(?:import|export)\b[^;'"`=()]*?\bfrom\s*(['"])([^'"\n]+)\1/g,
    /(?:^|[;}\s])import\s*(['"])([^'"\n]+)\1/g,
    /\bimport\s*\(\s*(['"])([^'"\n]+)\1/g,
    /\bimport\.meta\.resolve\s*\(\s*(['"])([^'"\n]+)\1/g,
  ]
  for (const pattern of patterns) {
    for (const match of code.matchAll(pattern)) {
      found.push({ specifier: match[2], line: lineAt(code, match.index + match[0].length) })
    }
  }
  return found
}

/** The line, counted from 1, of an offset. */
export function lineAt(text, offset) {
  return text.slice(0, offset).split('\n').length
}

function blank(text) {
  return text.replace(/[^\n]/g, ' ')
}

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y
const QUOTED = /'(?:\\[\s\S]|[^'\\\n])*'?|"(?:\\[\s\S]|[^"\\\n])*"?/y
/** From the backtick, or the brace that ends an expression, to the next expression or the end of the template. */
const TEMPLATE_TEXT = /[`}](?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{|$)/y
const REGEXP = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y
const WORD_OR_MARK = /[\w$]+|\s+|[\s\S]/y

/** After one of these a slash begins a regular expression; after anything else it divides. */
const BEFORE_REGEXP = /^(?:|[=(,:;!&|?{}[+\-*%<>~^]|return|typeof|case|of|in|yield|await)$/

/** The source in pieces: `code`, `comment`, or `text` (strings, template texts, regular expressions). */
function* tokens(source) {
  // For each template text that an expression interrupts: how many braces are open in that expression.
  const braces = []
  let last = ''
  for (let at = 0; at < source.length; ) {
    const [kind, text] = tokenAt(source, at, last, braces.at(-1) === 0)
    const opensExpression = kind === 'text' && /^[`}]/.test(text) && text.endsWith('${')
    if (kind !== 'comment') countBraces(braces, text, opensExpression)
    yield { kind, text }
    if (kind === 'text') last = opensExpression ? '{' : ')'
    else if (kind === 'code' && text.trim() !== '') last = text
    at += text.length
  }
}

function countBraces(braces, text, opensExpression) {
  if (braces.length > 0) {
    if (text === '{') braces[braces.length - 1]++
    else if (text[0] === '}' && braces.at(-1) === 0) braces.pop()
    else if (text === '}') braces[braces.length - 1]--
  }
  if (opensExpression) braces.push(0)
}

function tokenAt(source, at, last, inExpression) {
  const read = (pattern) => {
    pattern.lastIndex = at
    return pattern.exec(source)?.[0]
  }
  const comment = read(COMMENT)
  if (comment !== undefined) return ['comment', comment]
  const isTemplate = source[at] === '`' || (source[at] === '}' && inExpression)
  const text = isTemplate
    ? read(TEMPLATE_TEXT)
    : (read(QUOTED) ?? (BEFORE_REGEXP.test(last) ? read(REGEXP) : undefined))
  return text === undefined ? ['code', read(WORD_OR_MARK)] : ['text', text]
}
