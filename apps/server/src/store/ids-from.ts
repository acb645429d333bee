const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz'

/** What comes before every id that was made at this time (milliseconds) or later, and after every earlier one. */
export function idsFrom(at: number): string {
  const digits = Math.max(0, Math.floor(at)).toString(32).padStart(10, '0')
  return [...digits].map((digit) => CROCKFORD.charAt(Number.parseInt(digit, 32))).join('')
}
