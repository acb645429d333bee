import type { CaaProperty, DnsAnswer, DnsResolver } from './dns-resolver.ts'

/**
 * A resolver that asks for the CAA records of a name once, and whoever asks meanwhile or afterwards shares the answer, or that there was
 * none. Grows with the names that it is asked for: for the names of one order. Each has to be asked by the same signal, since that stops
 * the question for all.
 */
export function askedOnce(dns: DnsResolver): DnsResolver {
  const answers = new Map<string, Promise<DnsAnswer<CaaProperty>>>()
  return {
    ...dns,
    caa: async (name, signal) => {
      const known = answers.get(name)
      if (known !== undefined) return { ...(await known), isShared: true }
      const answer = dns.caa(name, signal)
      answers.set(name, answer)
      return answer
    },
  }
}
