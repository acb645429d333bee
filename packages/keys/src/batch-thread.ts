import { type SmallWork, type WorkThread, workThread } from './work-thread.ts'

/** One kind of work that a thread shares with the event loop: small, and comes often. */
export interface BatchThread<Question, Answer> {
  /**
   * The answer, by the thread or by `here`: which one depends on how much there is to do, and `here` stands in when the thread has
   * ended or its program failed at this question. Rejects with what `here` throws, and when a question cannot be copied.
   */
  ask(work: SmallWork<Question, Answer>): Promise<Answer>
}

let shared: WorkThread | undefined

/**
 * Work by a program (a module that exports `answer`, which takes a question and returns the answer, never `undefined`) on the
 * thread that all such programs share, or on one that is given.
 */
export function batchThread<Question, Answer>(
  program: URL,
  thread = (): WorkThread => (shared ??= workThread()),
): BatchThread<Question, Answer> {
  return { ask: (work) => thread().ask(program, work) as Promise<Answer> }
}
