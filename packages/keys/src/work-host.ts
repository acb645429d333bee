import { parentPort, workerData } from 'node:worker_threads'
import { inOneBuffer } from './one-buffer.ts'
import { claim } from './sent-questions.ts'
import type { WorkMessage } from './work-thread.ts'

/** The thread of `workThread`: loads programs when it is told of them, and answers lists of questions with lists of answers, in order. */
const programs: ((question: unknown) => unknown)[] = []
let loading: Promise<void> | undefined

parentPort?.on('messageerror', (error) => {
  // Answers are known by their place: without this question they would go to others.
  throw error
})
parentPort?.on('message', (message: WorkMessage) => {
  const { programs: news } = message
  if (loading === undefined && news.length === 0) {
    answerAll(message)
    return
  }
  // A program takes a while to load, and those behind it have to come behind it.
  const mine = loadBehind(loading, news).then(() => {
    answerAll(message)
    if (loading === mine) loading = undefined
  })
  loading = mine
})

async function loadBehind(before: Promise<void> | undefined, news: readonly string[]): Promise<void> {
  await before
  for (const program of news) programs.push((await import(program)).answer)
}

function answerAll({ numbers, places, questions }: WorkMessage): void {
  const answers = questions.map((question, at) => {
    // What the event loop has taken over needs no answer from here.
    const isMine = claim(workerData, places[at] ?? 0)
    return isMine ? answer(numbers[at] ?? 0, question) : undefined
  })
  parentPort?.postMessage(inOneBuffer(answers))
}

/** What a program fails at, whoever asked does themselves, and finds out why. */
function answer(program: number, question: unknown): unknown {
  try {
    return programs[program]?.(question)
  } catch {
    return undefined
  }
}
