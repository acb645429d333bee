import pino, { type DestinationStream } from 'pino'
import { scrub, scrubText } from './scrub.ts'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** What is told beside the message: plain facts. An error goes under `error`. */
export type LogFacts = Readonly<Record<string, unknown>>

/** One JSON line for each event. Whatever is handed in, keys, passwords and tokens do not reach the line; see `scrub.ts`. */
export interface Log {
  debug(message: string, facts?: LogFacts): void
  info(message: string, facts?: LogFacts): void
  warn(message: string, facts?: LogFacts): void
  error(message: string, facts?: LogFacts): void
}

/** A log at a level and above, to standard error unless told otherwise: standard output is for what a command prints. */
export function createLog(level: LogLevel, destination: DestinationStream = pino.destination(2)): Log {
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )
  const write =
    (label: LogLevel) =>
    (message: string, facts: LogFacts = {}): void => {
      if (logger.isLevelEnabled(label)) logger[label](scrub(facts), scrubText(message))
    }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

/** Says nothing: for tests and for commands that only print. */
export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
