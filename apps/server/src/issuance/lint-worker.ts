import { parentPort } from 'node:worker_threads'
import { findings, type Issuer, type LintFinding } from '@chancery/pki'
import type { LintQuestion } from './lint-thread.ts'

const issuers = new Map<number, Issuer>()

/** The thread of `lintsUnderLoad`: answers a list of questions with a list of findings. */
parentPort?.on('message', (questions: readonly LintQuestion[]) => parentPort?.postMessage(questions.map(answer)))

function answer({ tbs, at, issuer, forget }: LintQuestion): readonly LintFinding[] {
  if (forget) issuers.clear()
  if (issuer !== undefined) issuers.set(at, issuer)
  const known = issuers.get(at)
  if (known === undefined) throw new Error('the thread was asked about an issuer that it was not told of')
  return findings(tbs, known)
}
