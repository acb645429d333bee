import type { Overrides, Problem, Template } from '@chancery/pki'
import type { MailDesk } from '../mail/mail-desk.ts'
import type { MailStore } from '../mail/mail-store.ts'
import type { TemplateStore } from '../templates/template-store.ts'
import type { Door } from './enroll.ts'
import type { RequestNames } from './request-letters.ts'
import type { LinkParts } from './request-links.ts'

/** What requests by people need of a tenant. */
export interface RequestDesk extends LinkParts {
  readonly tenant: string
  readonly door: Door & { readonly templates: TemplateStore }
  readonly mail: MailDesk
  readonly putMail: MailStore['put']
  readonly namesOf: (template: Pick<Template, 'name'>) => Promise<RequestNames>
  /** All that speaks against certifying these names by a template now, whatever key comes. */
  readonly judge: (template: Template, overrides: Overrides) => Promise<readonly Problem[]>
}
