import {
  CRL_REASON_NUMBERS,
  type CrlReason,
  DerError,
  generalizedTime,
  serialFromHex,
  serialToHex,
  utcTime,
} from '@chancery/x509'
import type { Revocation } from '../certificates/certificate-register.ts'
import { inTurns } from './in-turns.ts'

/** A line of an `index.txt`. Times are milliseconds. */
export interface IndexEntry {
  readonly serialNumber: string
  readonly subject: string
  readonly notAfter: number
  readonly revocation?: Revocation
}

const MOST_LINES = 100_000
/** Hexadecimal digits. */
const LONGEST_SERIAL = 126

/** How `openssl ca` writes reasons. */
const REASONS = new Map<string, CrlReason>([
  ...(Object.keys(CRL_REASON_NUMBERS) as CrlReason[]).map((reason): [string, CrlReason] => [
    reason.toLowerCase(),
    reason,
  ]),
  ['cacompromise', 'cACompromise'],
  ['holdinstruction', 'certificateHold'],
  ['keytime', 'keyCompromise'],
  ['cakeytime', 'cACompromise'],
])

/**
 * Reads the database of `openssl ca`: one certificate a line, six fields between tabs: state (V, R or E), end of validity, moment
 * of revocation with its reason, serial number in hex, file name, subject. `problem` says which line cannot be read, and why.
 */
export async function readIndexTxt(
  text: string,
): Promise<{ readonly entries: readonly IndexEntry[]; readonly problem?: string }> {
  const lines = text.split(/\r?\n/)
  if (lines.length > MOST_LINES) return { entries: [], problem: `The index has more than ${MOST_LINES} lines.` }
  const entries: IndexEntry[] = []
  for await (const [at, line] of inTurns(lines.entries())) {
    if (line.trim() === '') continue
    const entry = readLine(line)
    if (typeof entry === 'string') return { entries, problem: `Line ${at + 1} of the index: ${entry}` }
    entries.push(entry)
  }
  return { entries }
}

function readLine(line: string): IndexEntry | string {
  const [state, end = '', revoked = '', serialText = '', , subject] = line.split('\t')
  if (subject === undefined) return 'expected six fields between tabs.'
  if (state !== 'V' && state !== 'R' && state !== 'E') return 'the state is not V, R or E.'
  const serial = serialFromHex(serialText)
  if (serial === undefined || serial < 0n || serialText.length > LONGEST_SERIAL) return 'the serial number is not hex.'
  const notAfter = readTime(end)
  if (notAfter === undefined) return 'the end of validity is not YYMMDDHHMMSSZ.'
  const entry = { serialNumber: serialToHex(serial), subject, notAfter }
  if (state !== 'R') return entry
  const revocation = readRevocation(revoked)
  return revocation === undefined ? 'the revocation is not a time with a known reason.' : { ...entry, revocation }
}

/** `YYMMDDHHMMSSZ[,reason[,time]]`. */
function readRevocation(text: string): Revocation | undefined {
  const [time = '', name = 'unspecified', extra] = text.split(',')
  const revokedAt = readTime(time)
  const reason = REASONS.get(name.toLowerCase())
  if (revokedAt === undefined || reason === undefined) return undefined
  const invalidityAt = /keytime$/i.test(name) && extra !== undefined ? readTime(extra) : undefined
  return { revokedAt, reason: CRL_REASON_NUMBERS[reason], ...(invalidityAt !== undefined && { invalidityAt }) }
}

function readTime(text: string): number | undefined {
  const codec = text.length === 13 ? utcTime : generalizedTime
  const octets = Uint8Array.of(codec.tag, text.length, ...new TextEncoder().encode(text))
  try {
    return codec.decode(octets)
  } catch (error) {
    if (error instanceof DerError) return undefined
    throw error
  }
}
