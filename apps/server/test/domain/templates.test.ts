import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeTemplate, createTemplate, deleteTemplate, findTemplate } from '../../src/templates/templates.ts'
import { approveRequest, issueTo, rootOf, starterProfile, submit } from '../support/authorities.ts'
import { world } from '../support/world.ts'

test('under a privileged template only administrators approve, and nothing is issued at once', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const { templates } = here.domain
  const asked = {
    authority: root.authority.id,
    name: 'CAs',
    description: '',
    enabled: true,
    profile: starterProfile('Certificate Authority'),
  }
  await assert.rejects(createTemplate(asked, false, here.act(), templates), { code: 'forbidden' })
  const template = await createTemplate(asked, true, here.act(), templates)
  await assert.rejects(changeTemplate(template, 1, { enabled: false }, false, here.act(), templates), {
    code: 'forbidden',
  })
  await assert.rejects(deleteTemplate(template, false, here.act(), templates), { code: 'forbidden' })

  await assert.rejects(issueTo(here, { template }), { code: 'forbidden', message: /Submit the CSR/ })
  const id = await submit(here, { template })
  await assert.rejects(approveRequest(here, id), { code: 'forbidden' })
  const outcome = await approveRequest(here, id, { mayUsePrivileged: true })

  assert.ok(outcome.state === 'issued')
  await here.checkInvariants()
})

test('a template that becomes privileged meanwhile is one at the signing', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const id = await submit(here, root)
  const web = starterProfile('Web Server')
  const profile = { ...web, extendedKeyUsage: { purposes: ['2.5.29.37.0'], critical: false } }
  await changeTemplate(root.template, 1, { profile }, true, here.act(), here.domain.templates)

  await assert.rejects(approveRequest(here, id), { code: 'forbidden' })
  assert.equal((await here.domain.stores.requests.find(id))?.status, 'pending')
})

test('two editors of a template: the second is told that it has changed', async (t) => {
  const here = await world(t)
  const { template } = await rootOf(here)
  const { templates } = here.domain

  await changeTemplate(template, template.revision, { description: 'first' }, true, here.act(), templates)
  await assert.rejects(
    changeTemplate(template, template.revision, { description: 'second' }, true, here.act(), templates),
    { code: 'conflict', message: /revision 2/ },
  )
  assert.equal((await findTemplate(template.id, templates)).description, 'first')
})

test('a profile that cannot be, a name that is taken and a deleted template are refused', async (t) => {
  const here = await world(t)
  const { template, authority } = await rootOf(here)
  const { templates } = here.domain
  const asked = { authority: authority.id, name: 'Another', description: '', enabled: true, profile: template.profile }
  const spoiled = { ...template.profile, keyTypes: [] }

  await assert.rejects(createTemplate({ ...asked, profile: spoiled }, true, here.act(), templates), {
    code: 'malformed',
  })
  await assert.rejects(changeTemplate(template, 1, { profile: spoiled }, true, here.act(), templates), {
    code: 'malformed',
  })
  await assert.rejects(createTemplate({ ...asked, name: 'Web Server' }, true, here.act(), templates), {
    code: 'conflict',
  })
  await deleteTemplate(template, true, here.act(), templates)
  await assert.rejects(findTemplate(template.id, templates), { code: 'not-found' })
  await assert.rejects(changeTemplate(template, 1, { enabled: false }, true, here.act(), templates), {
    code: 'not-found',
  })
  await assert.rejects(deleteTemplate(template, true, here.act(), templates), { code: 'not-found' })
})
