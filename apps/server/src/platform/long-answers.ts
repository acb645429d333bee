import { Readable } from 'node:stream'
import type { LongAnswerLimits } from './limits.ts'
import { HttpProblem } from './problem.ts'
import type { Answer } from './routes.ts'

/**
 * Bounds how many answers that may last (exports) run at once: by one account, whatever its tokens, and in this process. An answer
 * runs until the last of it was sent, or its client has gone. Throws `HttpProblem` 'rate-limited' with `Retry-After`.
 */
export function longAnswers({ byAccount, inAll, retryAfterSeconds }: LongAnswerLimits) {
  const running = new Map<string, number>()
  let all = 0

  const enter = (account: string): (() => void) => {
    const own = running.get(account) ?? 0
    if (own >= byAccount) throw tooMany(`${byAccount} of your exports are running already`, retryAfterSeconds)
    if (all >= inAll) throw tooMany('Too many exports are running on this server', retryAfterSeconds)
    running.set(account, own + 1)
    all++
    return () => {
      const left = (running.get(account) ?? 1) - 1
      if (left === 0) running.delete(account)
      else running.set(account, left)
      all--
    }
  }

  return async (account: string, answerTo: () => Promise<Answer>): Promise<Answer> => {
    const leave = enter(account)
    try {
      const answer = await answerTo()
      if (answer.body instanceof Readable) answer.body.once('close', leave)
      else leave()
      return answer
    } catch (error) {
      leave()
      throw error
    }
  }
}

function tooMany(what: string, seconds: number): HttpProblem {
  return new HttpProblem('rate-limited', `${what}. Try again in ${seconds} seconds.`, {
    headers: { 'retry-after': String(seconds) },
  })
}
