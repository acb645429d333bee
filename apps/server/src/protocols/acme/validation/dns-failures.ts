import { type DnsAnswer, DnsFailure, type DnsResolver } from './dns-resolver.ts'
import { type Failure, failure, type Trace } from './trace.ts'

/** Asks for the records of a kind at a name and notes the answer; a `Failure` when there is none. */
export async function lookUp<T>(
  kind: string,
  name: string,
  { from }: DnsResolver,
  trace: Trace,
  ask: () => Promise<DnsAnswer<T>>,
): Promise<DnsAnswer<T> | Failure> {
  const startedAt = performance.now()
  const note = (cameBack: string) =>
    trace.note(`${kind} ${name}`, from, cameBack, Math.round(performance.now() - startedAt))
  try {
    const answer = await ask()
    const { records, cameBack, aliases, isShared } = answer
    const found = records.length === 0 ? cameBack : `${records.length} record${records.length === 1 ? '' : 's'}`
    note([...aliases.map((alias) => `alias of ${alias}`), found, ...(isShared ? [SHARED] : [])].join(', '))
    return answer
  } catch (error) {
    if (!(error instanceof DnsFailure)) throw error
    note(error.code)
    return dnsFailure(`${kind} ${name}`, error)
  }
}

const SHARED = 'as asked for another name of the order'

export function isFailure<T extends object>(answer: T | Failure): answer is Failure {
  return 'detail' in answer
}

/** The resolver, or the servers behind it, have no answer now. Which resolver that is stands in the trace alone. */
export function dnsFailure(asked: string, { code }: DnsFailure): Failure {
  return failure(
    'dns',
    `The question "${asked}" to the resolver of this server came back with ${code}. Check that the name servers of the domain answer it.`,
  )
}
