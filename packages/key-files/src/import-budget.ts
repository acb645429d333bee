import { KeyImportError } from './key-import-error.ts'

/** How many rounds of hashing a file may ask for in all. The file says the number, so it is bounded before any is done. */
export interface ImportBudget {
  /**
   * Takes so many iterations out of the budget; throws `KeyImportError` when there are not as many left. `weight` is more than 1
   * for what cannot run on another thread.
   */
  spend(iterations: number, weight?: number): void
}

/** Rounds in all: about ten seconds of one thread. OpenSSL's default is 2,048 a step, Java's 10,000, what people ask for 600,000. */
const MOST_ITERATIONS = 10_000_000

/** What a round costs that no other thread can run (RFC 7292 Appendix B). A file that GnuTLS makes with triple DES takes 3,000,000. */
export const PKCS12_ROUND_WEIGHT = 3

export function importBudget(most: number = MOST_ITERATIONS): ImportBudget {
  let left = most
  return {
    spend(iterations, weight = 1) {
      if (iterations < 1) throw new KeyImportError('broken', 'a key derivation of no iterations')
      if (iterations * weight > left) {
        throw new KeyImportError('too-costly', `the file asks for more than ${most} iterations in all to be opened`)
      }
      left -= iterations * weight
    },
  }
}
