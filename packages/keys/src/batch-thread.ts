import { type WorkThread, workThread } from './work-thread.ts'

/** One kind of work that a thread does: small, and comes often. */
export interface BatchThread<Question, Answer> {
  /**
   * The answer; `undefined` when the thread has ended, or its program failed at this question: somebody else must do the work.
   * Rejects when a question cannot be copied.
   */
  ask(question: Question): Promise<Answer | undefined>
}

let shared: WorkThread | undefined

/**
 * Work by a program (a module that exports `answer`, which takes a question and returns the answer) on the thread that all such
 * programs share, or on one that is given. The thread begins with the first question.
 */
export function batchThread<Question, Answer>(
  program: URL,
  thread = (): WorkThread => (shared ??= workThread()),
): BatchThread<Question, Answer> {
  return { ask: (question) => thread().ask(program, question) as Promise<Answer | undefined> }
}
