import type { ExchangeArchive, ExchangePart, ExchangeParties, ExchangeStep } from './exchange-log.ts'

/** Notes what happens in exchanges. Returns at once and never throws: nobody's answer waits for a trace. */
export type RecordExchange = (parties: ExchangeParties, step: ExchangeStep) => void

export interface ExchangeRecorder {
  readonly record: RecordExchange
  /** Writes what was noted until now. */
  flush(): Promise<void>
  /** Writes what is left, and takes no more. */
  stop(): Promise<void>
}

/** So soon after it was noted a step is written. A crash loses no more than that of the trace, and nothing of what it tells of. */
const WRITTEN_AFTER_MS = 300
/** Steps that wait at the most: a database that is slower than what happens loses steps, and not the server its memory. */
const MOST_WAITING = 20_000
const LONGEST_SAID = 1_500
const LONGEST_STEP = 300
const MOST_ASKED = 50
const MOST_STEPS = 50

/**
 * Notes steps and writes them together: those of one exchange that are close in time in one row. What is noted is cut to a bounded
 * size, and without control characters, whatever a client sent.
 */
export function recordExchanges(
  archive: Pick<ExchangeArchive, 'write'>,
  report: (error: unknown, where: string) => void,
): ExchangeRecorder {
  let waiting = new Map<string, { readonly parties: ExchangeParties; readonly steps: ExchangeStep[] }>()
  let count = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  let isStopped = false

  const write = async () => {
    clearTimeout(timer)
    timer = undefined
    const parts = [...waiting.values()].flatMap(partsOf)
    waiting = new Map()
    count = 0
    if (parts.length === 0) return
    try {
      await archive.write(parts)
    } catch (error) {
      report(error, 'exchanges')
    }
  }
  const flush = () => {
    writing = writing.then(write)
    return writing
  }
  return {
    record: (parties, step) => {
      if (isStopped || count >= MOST_WAITING) return
      count++
      const { tenant, account = '', subject = '' } = parties
      const key = `${tenant} ${account} ${subject}`
      const known = waiting.get(key)
      if (known === undefined) waiting.set(key, { parties, steps: [bounded(step)] })
      else known.steps.push(bounded(step))
      timer ??= setTimeout(flush, WRITTEN_AFTER_MS).unref()
    },
    flush,
    stop: () => {
      isStopped = true
      return flush()
    },
  }
}

function partsOf({
  parties,
  steps,
}: {
  readonly parties: ExchangeParties
  readonly steps: readonly ExchangeStep[]
}): Omit<ExchangePart, 'id'>[] {
  const parts: Omit<ExchangePart, 'id'>[] = []
  for (let at = 0; at < steps.length; at += MOST_STEPS)
    parts.push({ ...parties, steps: steps.slice(at, at + MOST_STEPS) })
  return parts
}

function bounded({ step, said, asked, problem, ...same }: ExchangeStep): ExchangeStep {
  return {
    ...same,
    step: printable(step, LONGEST_STEP),
    said: printable(said, LONGEST_SAID),
    ...(problem !== undefined && { problem: printable(problem, LONGEST_STEP) }),
    ...(asked !== undefined && { asked: asked.slice(0, MOST_ASKED).map((line) => printable(line, LONGEST_STEP)) }),
  }
}

function printable(text: string, longest: number): string {
  const whole = text.toWellFormed().replace(/\p{C}/gu, '\u{fffd}')
  return whole.length > longest ? `${whole.slice(0, longest - 1).toWellFormed()}…` : whole
}
