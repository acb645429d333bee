/** How hard a password is to guess for whoever has the file, roughly: in bits, and in words. */
export interface Strength {
  /** 0 to 100, where 100 is as good as it gets here. */
  readonly bits: number
  readonly words: string
  /** Why it is not taken. */
  readonly refused?: string
}

const SHORTEST = 8
const ENOUGH_BITS = 100
/** What is tried first. Longer words than these are guessed as letters. */
const USUAL =
  /pass(?:word|wort)?|passwd|secret|geheim|admin|welcome|willkommen|letmein|qwert[yz]?|asdf|abc(?:d|123)?|123(?:4(?:5(?:6(?:7(?:89?)?)?)?)?)?|19\d\d|20[0-3]\d|iloveyou|monkey|dragon|login|master|test|hello|hallo|chancery|certificate/gi

/**
 * Judges a password. Only printable ASCII is taken: files whose password has other characters open on some systems and not on others.
 */
export function strengthOf(password: string): Strength {
  const bits = Math.min(ENOUGH_BITS, Math.round(bitsOf(password)))
  if (/[^\x20-\x7e]/.test(password)) {
    const refused = 'Use letters without accents, digits and signs: with others the file opens on some systems only.'
    return { bits, words: refused, refused }
  }
  if (password.length < SHORTEST) {
    const refused = `At least ${SHORTEST} characters.`
    return { bits, words: refused, refused }
  }
  if (bits < 35) return { bits, words: 'Weak: it is guessed within hours by whoever gets the file.' }
  if (bits < 50) return { bits, words: 'Fair: add a word or two.' }
  if (bits < 70) return { bits, words: 'Good.' }
  return { bits, words: 'Strong.' }
}

/** Length times what each character may be; usual words, repeats and runs count as one character. */
function bitsOf(password: string): number {
  const shortened = password.replace(USUAL, 'w').replace(/(.{1,4}?)\1+/g, '$1')
  const independent = [...shortened].filter((character, at) => {
    const before = shortened.charCodeAt(at - 1)
    return at === 0 || Math.abs(character.charCodeAt(0) - before) > 1
  })
  return independent.length * Math.log2(alphabetOf(password))
}

function alphabetOf(password: string): number {
  const kinds = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/[0-9]/, 10],
    [/[^a-zA-Z0-9]/, 20],
  ] as const
  // Of a passphrase words are guessed and not letters.
  const most = password.split(/[ -]/).length > 2 && /^[a-z -]*$/i.test(password) ? 8 : 82
  return Math.max(
    2,
    Math.min(
      most,
      kinds.reduce((sum, [kind, size]) => sum + (kind.test(password) ? size : 0), 0),
    ),
  )
}

/** Letters and digits that nobody takes for one another. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A password of 20 characters in groups, about 99 bits. `random` gives so many octets. */
export function inventPassword(random: (octets: number) => Uint8Array): string {
  let text = ''
  while (text.length < 20) {
    // What would make some letters likelier than others is thrown away.
    for (const octet of random(32)) if (octet < 248 && text.length < 20) text += ALPHABET[octet % ALPHABET.length] ?? ''
  }
  return (text.match(/.{4}/g) ?? []).join('-')
}
