import {
  CLOSED_ENROLLMENT,
  checkProfile,
  type EnrollmentOptions,
  isPrivileged,
  type Profile,
  Refusal,
  type Template,
  type TemplateId,
} from '@chancery/pki'
import { type Act, recordOf } from '../audit/audit-record.ts'
import type { TemplateChange, TemplateStore } from './template-store.ts'

/** What templates need: one tenant's store, and ids. */
export interface Templates {
  readonly store: TemplateStore
  readonly newId: () => string
  readonly newPublicId: () => string
}

export interface NewTemplate {
  readonly authority: string
  readonly name: string
  readonly description: string
  readonly enabled: boolean
  readonly profile: Profile
  /** Closed unless it is said. */
  readonly enrollment?: EnrollmentOptions
}

/** Makes a template. Throws `Refusal` 'malformed' with what is wrong in the profile, 'forbidden' for a privileged one, 'conflict' for a taken name. */
export async function createTemplate(
  { enrollment = CLOSED_ENROLLMENT, ...template }: NewTemplate,
  mayUsePrivileged: boolean,
  act: Act,
  { store, newId, newPublicId }: Templates,
): Promise<Template> {
  checkStorable(template.profile, mayUsePrivileged)
  const created: Template = { ...template, enrollment, id: newId() as TemplateId, publicId: newPublicId(), revision: 1 }
  await store.create(
    created,
    act.at,
    recordOf(act, {
      action: 'template.create',
      object: { type: 'template', id: created.id },
      details: { name: created.name },
    }),
  )
  return created
}

/** A template of the tenant. Throws `Refusal` 'not-found'. */
export async function findTemplate(id: string, { store }: Pick<Templates, 'store'>): Promise<Template> {
  const template = await store.find(id)
  if (template === undefined) throw notFound()
  return template
}

/**
 * Changes a template from the revision that its editor saw. Throws `Refusal` 'malformed', 'not-found', 'conflict', and 'forbidden' when
 * it is privileged, or would become so.
 */
export async function changeTemplate(
  template: Template,
  revision: number,
  change: TemplateChange,
  mayUsePrivileged: boolean,
  act: Act,
  { store }: Pick<Templates, 'store'>,
): Promise<Template> {
  checkPrivilege(template.profile, mayUsePrivileged)
  if (change.profile !== undefined) checkStorable(change.profile, mayUsePrivileged)
  const record = recordOf(act, {
    action: 'template.change',
    object: { type: 'template', id: template.id },
    details: { fields: Object.keys(change).join(' ') },
  })
  const changed = await store.update(template.id, revision, change, record)
  if (changed === undefined) throw notFound()
  return changed
}

/** Deletes a template by the delete rule: each of its certificates is expired, or revoked for good. Throws `Refusal` 'conflict', 'not-found', 'forbidden'. */
export async function deleteTemplate(
  template: Template,
  mayUsePrivileged: boolean,
  act: Act,
  { store }: Pick<Templates, 'store'>,
): Promise<void> {
  checkPrivilege(template.profile, mayUsePrivileged)
  const record = recordOf(act, {
    action: 'template.delete',
    object: { type: 'template', id: template.id },
    details: { name: template.name },
  })
  if (!(await store.delete(template.id, act.at, record))) throw notFound()
}

function checkStorable(profile: Profile, mayUsePrivileged: boolean): void {
  const problems = checkProfile(profile).map((problem) => ({ ...problem, field: `/profile${problem.field ?? ''}` }))
  if (problems.length > 0) throw new Refusal('malformed', 'The profile cannot be used as it is.', problems)
  checkPrivilege(profile, mayUsePrivileged)
}

function checkPrivilege(profile: Profile, mayUsePrivileged: boolean): void {
  if (isPrivileged(profile) && !mayUsePrivileged) {
    throw new Refusal(
      'forbidden',
      'This template is privileged, for its certificates can themselves vouch. Only administrators make, edit or delete it.',
    )
  }
}

function notFound(): Refusal {
  return new Refusal('not-found', 'There is no such template.')
}
