import { hashPassword, isPassword } from '../accounts/password.ts'
import { HttpProblem } from '../platform/problem.ts'

/** A hash keeps a thread of four busy for a tenth of a second: keys sign on the same threads. */
const AT_ONCE = 2
const MOST_WAITING = 64

/** Password hashing that leaves room for others: two at once, and a bounded queue. Throws `HttpProblem` 'unavailable'. */
export function hashingInTurn(random: (byteCount: number) => Uint8Array) {
  const waiting: (() => void)[] = []
  let running = 0

  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= AT_ONCE) {
      if (waiting.length >= MOST_WAITING) {
        throw new HttpProblem('unavailable', 'Too many people sign in at this moment. Try again in a few seconds.', {
          headers: { 'retry-after': '5' },
        })
      }
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
  return {
    hash: (password: string) => inTurn(() => hashPassword(password, random)),
    verify: ({ hash, password }: { readonly hash: string; readonly password: string }) =>
      inTurn(() => isPassword(password, hash)),
  }
}
