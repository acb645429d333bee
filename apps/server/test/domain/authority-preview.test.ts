import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Profile, Refusal } from '@chancery/pki'
import { createCsrOnly } from '../../src/authorities/create-csr-only.ts'
import { createIntermediate } from '../../src/authorities/create-intermediate.ts'
import { createRoot } from '../../src/authorities/create-root.ts'
import { previewAuthority } from '../../src/authorities/preview-authority.ts'
import { commonName, rootOf } from '../support/authorities.ts'
import { world } from '../support/world.ts'

type Constraints = NonNullable<Profile['nameConstraints']>
type Subtree = Constraints['permitted'][number]

const permitting = (...permitted: readonly Subtree[]): Constraints => ({ permitted, excluded: [] })

/** Name constraints that are none, and the fields in which that shows. */
const FAULTY: readonly (readonly [Constraints, ...fields: string[]])[] = [
  [permitting(), '/nameConstraints'],
  [permitting({ type: 'dns', value: 'exa mple.com' }), '/nameConstraints/permitted/0'],
  [permitting({ type: 'ip', value: '10.0.0.1/8' }), '/nameConstraints/permitted/0'],
  [permitting({ type: 'ip', value: 'somewhere' }), '/nameConstraints/permitted/0'],
  [permitting({ type: 'directoryName', value: 'no name' }), '/nameConstraints/permitted/0'],
  [permitting({ type: 'email', value: 'a b@example.com' }), '/nameConstraints/permitted/0'],
  [
    { permitted: [{ type: 'dns', value: 'example.com' }], excluded: [{ type: 'uri', value: 'https://example.com' }] },
    '/nameConstraints/excluded/0',
  ],
  [
    { permitted: [{ type: 'ip', value: '10.0.0.1/8' }], excluded: [{ type: 'ip', value: '10.0.0.1/8' }] },
    '/nameConstraints/permitted/0',
    '/nameConstraints/excluded/0',
  ],
  [
    permitting(...Array.from({ length: 201 }, () => ({ type: 'dns', value: 'example.com' }) as const)),
    '/nameConstraints',
  ],
]

test('name constraints that a CA could not be made with are refused at the same fields when it is only shown', async (t) => {
  const here = await world(t)
  const { domain, act } = here
  const root = await rootOf(here)
  const parent = root.authority.id
  const subject = commonName('New')
  const problemsOf = async (refused: Promise<unknown>) => {
    const error = await refused.then(
      () => assert.fail('it was made'),
      (reason) => reason,
    )
    assert.ok(error instanceof Refusal, String(error))
    return error.problems
  }

  for (const [nameConstraints, ...fields] of FAULTY) {
    const asked = { subject, nameConstraints }
    const made = await problemsOf(createRoot(asked, act(), domain.authorities))
    assert.deepEqual(await problemsOf(createIntermediate({ ...asked, parent }, act(), domain.authorities)), made)
    assert.deepEqual(await problemsOf(createCsrOnly(asked, act(), domain.authorities)), made)
    const shown = await previewAuthority({ kind: 'root', ...asked }, act(), domain.authorities)
    const shownBelow = await previewAuthority({ kind: 'intermediate', ...asked, parent }, act(), domain.authorities)
    const shownRequest = await previewAuthority({ kind: 'csr', ...asked }, act(), domain.authorities)

    assert.deepEqual(
      made.map(({ field }) => field),
      fields,
    )
    assert.deepEqual(shown, { problems: made, findings: [], ignored: [], ignoredNames: [] })
    assert.deepEqual([shownBelow, shownRequest], [shown, shown])
  }
  assert.equal((await domain.stores.authorities.list({ limit: 10 })).items.length, 1)
})

test('name constraints that a CA can be made with are in the certificate that is shown', async (t) => {
  const here = await world(t)
  const { domain, act } = here
  const root = await rootOf(here)
  const asked = {
    subject: commonName('New'),
    nameConstraints: { permitted: [{ type: 'dns', value: 'example.com' }], excluded: [{ type: 'dns', value: '' }] },
  } as const

  for (const kind of [{ kind: 'root' }, { kind: 'intermediate', parent: root.authority.id }] as const) {
    const shown = await previewAuthority({ ...kind, ...asked }, act(), domain.authorities)

    assert.deepEqual(shown.problems, [])
    assert.ok(shown.encoded?.draft.extensions.some(({ id }) => id === '2.5.29.30'))
  }
})
