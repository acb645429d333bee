import type { ValidationError, ValidationErrorType, ValidationResult, ValidationStep } from '../challenge-validation.ts'

/** Writes down what was asked and what came back, while a challenge is looked at. */
export interface Trace {
  readonly steps: readonly ValidationStep[]
  note(asked: string, from: string, cameBack: string, tookMs: number): void
}

const MOST_STEPS = 50
const LONGEST_TEXT = 300
const LONGEST_DETAIL = 1_000

export function newTrace(): Trace {
  const steps: ValidationStep[] = []
  return {
    steps,
    note: (asked, from, cameBack, tookMs) => {
      if (steps.length === MOST_STEPS) return
      const [a, b, c] = [asked, from, cameBack].map((text) => printable(text, LONGEST_TEXT))
      steps.push({ asked: a ?? '', from: b ?? '', cameBack: c ?? '', tookMs })
    },
  }
}

/** A look that found what it was to find; `until` where the proof ends by itself. */
export function valid({ steps }: Trace, until?: number): ValidationResult {
  return { result: 'valid', steps, ...(until !== undefined && { until }) }
}

/** Why a look failed. `final`: the same question has the same answer soon. */
export interface Failure extends ValidationError {
  readonly final?: true
}

export function failed({ steps }: Trace, { type, detail, final }: Failure): ValidationResult {
  return {
    result: 'failed',
    error: { type, detail: printable(detail, LONGEST_DETAIL) },
    worthRetry: final === undefined,
    steps,
  }
}

export function failure(type: ValidationErrorType, detail: string): Failure {
  return { type, detail }
}

/** A failure that trying again does not mend. */
export function finalFailure(type: ValidationErrorType, detail: string): Failure {
  return { type, detail, final: true }
}

/** The text without what could be taken for anything but text, and no longer than this. */
export function printable(text: string, longest: number): string {
  const plain = text.slice(0, longest + 1).replace(/[^\x20-\x7e\u00a1-\u024f…]/g, '.')
  return plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain
}

/** Bytes that a stranger sent, as far as they are shown: at most 64 printable characters. */
export function excerpt(bytes: Uint8Array | string): string {
  const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes.subarray(0, SHOWN + 1)).toString('latin1')
  const shown = text.slice(0, SHOWN).replace(/[^\x20-\x7e]/g, '.')
  return `"${shown}"${text.length > SHOWN ? ' and more' : ''}`
}
const SHOWN = 64
