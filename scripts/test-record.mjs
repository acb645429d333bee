// Writes what the verdict of a test run needs, one JSON object a line; `test-report.mjs` reads it.
import { reasonOf, shortLine } from './test-failure.mjs'

// biome-ignore lint/style/noDefaultExport: the contract of `node --test-reporter`.
export default async function* record(source) {
  for await (const { type, data } of source) {
    const entry = entryFor(type, data)
    if (entry !== undefined) yield `${JSON.stringify(entry)}\n`
  }
}

function entryFor(type, data) {
  const { name, file, entryFile, skip, todo } = data
  if (type === 'test:summary' && file === undefined) return { kind: 'counts', counts: data.counts }
  if (type === 'test:complete' && entryFile === undefined) return { kind: 'file', name, ms: data.details.duration_ms }
  if (type !== 'test:pass' && type !== 'test:fail') return undefined
  const reason = (value) => (typeof value === 'string' ? value : '')
  if (skip !== undefined) return { kind: 'skipped', name, file, why: reason(skip) }
  if (todo !== undefined) return { kind: 'todo', name, file, why: reason(todo) }
  if (type === 'test:fail') return failedEntry(data)
  // Node reports a file in which it found no test as one test that passed, under the file's own name.
  if (type === 'test:pass' && entryFile === undefined) return { kind: 'empty', name }
  return undefined
}

function failedEntry(data) {
  const { name, file, entryFile } = data
  const reason = reasonOf(data)
  if (reason === undefined) return undefined
  const [line = ''] = reason.split('\n')
  return { kind: 'failed', name, file: entryFile ?? file ?? name, why: shortLine(line) }
}
