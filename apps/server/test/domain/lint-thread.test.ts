import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { batchThread, workThread } from '@chancery/keys'
import { findings, type Issuer, type LintFinding } from '@chancery/pki'
import { createRoot } from '../../src/authorities/create-root.ts'
import { type LintQuestion, lintsInBatches } from '../../src/issuance/lint-thread.ts'
import { world } from '../support/world.ts'

test('under load the lints find on a thread what they find here, whichever issuers come in whatever order', async (t) => {
  const issuers = await issuersOf(t, 3)
  const thread = batchThread<LintQuestion, readonly LintFinding[]>(PROGRAM, () => work)
  const here = () => assert.fail('this was to be done on the thread')
  const lint = lintsInBatches({ ask: ({ question }) => thread.ask({ question, here }) }, 2)
  const questions = Array.from({ length: 60 }, (_, at) => {
    const issuer = issuers[(at * 7) % issuers.length] ?? assert.fail()
    const bytes = issuers[(at * 5) % issuers.length]?.certificate.tbs ?? assert.fail()
    return { issuer, tbs: at % 3 === 0 ? changed(bytes, at) : bytes }
  })

  const answers: (readonly LintFinding[])[] = []
  // More at a time would be enough for the thread, and some of them done here.
  for (let at = 0; at < questions.length; at += 15) {
    const some = questions.slice(at, at + 15)
    answers.push(...(await Promise.all(some.map(({ tbs, issuer }) => lint(tbs, issuer)))))
  }

  const expected = questions.map(({ tbs, issuer }) => findings(tbs, issuer))
  assert.deepEqual(answers, expected)
  assert.ok(expected.some((found) => found.length > 0))
})

test('few certificates are linted without a thread', async (t) => {
  const [issuer = assert.fail()] = await issuersOf(t, 1)
  let begun = 0
  const count = () => begun++
  process.on('worker', count)
  const thread = workThread()
  const lint = lintsInBatches(batchThread(PROGRAM, () => thread))

  const found = await Promise.all([lint(issuer.certificate.tbs, issuer), lint(new Uint8Array(3), issuer)])
  process.off('worker', count)

  assert.deepEqual(found[0], findings(issuer.certificate.tbs, issuer))
  assert.equal(found[1][0]?.lint, 'certificateDecodes')
  assert.equal(begun, 0)
})

test('when the thread has ended, the lints go on here', async (t) => {
  const [issuer = assert.fail()] = await issuersOf(t, 1)
  const thread = workThread(new URL('data:text/javascript,throw new Error("as if")'))
  const lint = lintsInBatches(batchThread(PROGRAM, () => thread))
  const tbs = changed(issuer.certificate.tbs, 40)

  const answers = await Promise.all(Array.from({ length: 8 }, () => lint(tbs, issuer)))

  assert.deepEqual(answers, Array(8).fill(findings(tbs, issuer)))
})

const work = workThread(undefined, Number.POSITIVE_INFINITY)
const PROGRAM = new URL('../../src/issuance/lint-program.ts', import.meta.url)

async function issuersOf(t: TestContext, count: number): Promise<readonly Issuer[]> {
  const here = await world(t)
  const issuers: Issuer[] = []
  for (let at = 0; at < count; at++) {
    const subject = [{ type: 'commonName', value: `Root ${at}` }]
    const { id } = await createRoot({ subject }, here.act(), here.domain.authorities)
    const { issuer = assert.fail() } = await here.domain.issuers.active(id)
    issuers.push(issuer)
  }
  return issuers
}

/** The same octets but for one. */
function changed(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice()
  copy[at] = (copy[at] ?? 0) ^ 0x15
  return copy
}
