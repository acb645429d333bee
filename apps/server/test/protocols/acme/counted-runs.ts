import { readFileSync } from 'node:fs'
import { type Profiler, Session } from 'node:inspector/promises'

/** Which places of the source were run since the counting began. */
export interface CountedRuns {
  /** The places that match in these files, as `name: line`, by whether they were run. */
  places(
    files: readonly string[],
    pattern: RegExp,
  ): Promise<{ readonly reached: readonly string[]; readonly missed: readonly string[] }>
}

const SOURCE = new URL('../../../src/', import.meta.url)

/**
 * Counts what is run from now on. To be called before what is counted is loaded: import that afterwards. Files are named from `src/`; a
 * place is where the first group of the pattern is found in a line that matches, or the match itself.
 */
export async function countRuns(): Promise<CountedRuns> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  return {
    places: async (files, pattern) => {
      const { result } = await session.post('Profiler.takePreciseCoverage')
      const [missed, reached]: [string[], string[]] = [[], []]
      for (const name of files) {
        const url = new URL(name, SOURCE)
        const text = readFileSync(url, 'utf8')
        const functions = result.find((script) => script.url === url.href)?.functions ?? []
        for (const match of text.matchAll(new RegExp(pattern, 'dgm'))) {
          const [at] = match.indices?.[1] ?? [match.index]
          const line = text.slice(text.lastIndexOf('\n', at) + 1).split('\n', 1)[0] ?? ''
          ;(isRun(functions, at) ? reached : missed).push(`${name}: ${line.trim()}`)
        }
      }
      return { reached, missed }
    },
  }
}

/** Whether what stands at this place was run: by the smallest counted range around it. */
function isRun(functions: readonly Profiler.FunctionCoverage[], at: number): boolean {
  const ranges = functions.flatMap((one) => one.ranges).filter((one) => one.startOffset <= at && at < one.endOffset)
  const [smallest] = ranges.toSorted((a, b) => a.endOffset - a.startOffset - (b.endOffset - b.startOffset))
  return (smallest?.count ?? 0) > 0
}
