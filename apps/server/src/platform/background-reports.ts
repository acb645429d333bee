import { Refusal } from '@chancery/pki'
import type { Log } from './log.ts'

/**
 * Tells the log of what work in the background could not do. A refusal, such as of the fiftieth mail of a day to one address, is no fault
 * and nothing for whoever is called at night: it is a warning with its words, and no stack.
 */
export function backgroundReports(log: Pick<Log, 'warn' | 'error'>): (error: unknown, where: string) => void {
  return (error, where) => {
    if (error instanceof Refusal) log.warn('was refused in the background', { reason: error.message, where })
    else log.error('could not be done now and is tried again', { error, where })
  }
}
