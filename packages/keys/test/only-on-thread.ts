import assert from 'node:assert/strict'
import type { BatchThread } from '../src/batch-thread.ts'

/**
 * The same thread, one with endless patience, for tests of its program: what it does not answer itself fails. Ask more than two things at
 * once, which is too little for it, and 24 at the most, beyond which it has enough. They go to it by eights: let no one or two be left,
 * which are too little if it has answered the others by then.
 */
export function onlyOnThread<Question, Answer>(thread: BatchThread<Question, Answer>): BatchThread<Question, Answer> {
  const here = () => assert.fail('this was to be done on the thread')
  return { ask: ({ question }) => thread.ask({ question, here }) }
}
