import { Refusal, type Template } from '@chancery/pki'
import type { ApiDomain } from './api-domain.ts'

/** The template that a body names. Throws `Refusal` 'not-found' that names the field. */
export async function templateOf(id: string, { stores }: Pick<ApiDomain, 'stores'>): Promise<Template> {
  const template = await stores.templates.find(id)
  if (template !== undefined) return template
  throw new Refusal('not-found', 'There is no such template.', [
    { field: '/template', detail: 'Give the id of a template; GET /api/v1/templates lists them.' },
  ])
}
