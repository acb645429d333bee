// What a whole run prints: a line for each file as it ends, then what failed, with its reasons, then Node's counts.
// (`npm test -- <file>` uses Node's own `spec` reporter instead, which names every test.)
import { reasonOf, shortened } from './test-failure.mjs'

const MARK = { true: '✔', false: '✖' }

// biome-ignore lint/style/noDefaultExport: the contract of `node --test-reporter`.
export default async function* reportFiles(source) {
  const outputs = new Map()
  const counts = new Map()
  const failures = []
  const diagnostics = []
  for await (const { type, data } of source) {
    const path = data.entryFile ?? data.file
    if (type === 'test:stdout' || type === 'test:stderr') outputs.set(path, (outputs.get(path) ?? '') + data.message)
    if (type === 'test:complete' && data.entryFile !== undefined) count(counts, path, data)
    if (type === 'test:fail') failures.push(data)
    if (type === 'test:diagnostic' && data.nesting === 0) diagnostics.push(data.message)
    if (type === 'test:complete' && data.entryFile === undefined) yield fileLine(data, counts.get(path))
  }
  yield '\n'
  for (const failure of failures) yield describeFailure(failure, outputs)
  for (const message of diagnostics) yield `ℹ ${message}\n`
}

function count(counts, path, { skip, details }) {
  const { tests, skipped } = counts.get(path) ?? { tests: 0, skipped: 0 }
  const isTest = details.type !== 'suite' || skip !== undefined
  counts.set(path, { tests: tests + (isTest ? 1 : 0), skipped: skipped + (skip === undefined ? 0 : 1) })
}

function fileLine({ name, details }, counts) {
  const passed = details.error === undefined
  const skipped = counts?.skipped ? `, ${counts.skipped} skipped` : ''
  const tests = counts === undefined ? 'no test' : `${counts.tests} tests${skipped}`
  return `${MARK[passed]} ${name}  ${tests}  ${(details.duration_ms / 1000).toFixed(1)} s\n`
}

function describeFailure(failure, outputs) {
  const reason = reasonOf(failure)
  if (reason === undefined) return ''
  const { name, file, line, entryFile } = failure
  const output = outputs.get(entryFile ?? file)?.trim()
  outputs.delete(entryFile ?? file)
  const printed = output ? `\n  printed by the file:\n${indent(shortened(output))}` : ''
  return `✖ ${name}\n  ${file}:${line}\n${indent(reason)}${printed}\n\n`
}

function indent(text) {
  return text.replace(/^/gm, '    ')
}
