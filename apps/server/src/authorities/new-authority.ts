import {
  CLOSED_ENROLLMENT,
  Refusal,
  STARTERS,
  type SubjectAttribute,
  type Template,
  type TemplateId,
} from '@chancery/pki'
import { attributeTypeOid } from '@chancery/x509'
import type { Act } from '../audit/audit-record.ts'
import type { Authority, AuthoritySettings } from '../issuers/authority.ts'
import type { Authorities } from './authorities.ts'
import { checkSettings } from './change-authority.ts'

const COMMON_NAME = '2.5.4.3'
const NO_SETTINGS: AuthoritySettings = { serviceCertificates: {}, crl: { delta: false } }

/** A CA before it is stored. Its name is its common name. Throws `Refusal` 'malformed' without one. */
export function newAuthority(
  {
    subject,
    cps = '',
    settings = NO_SETTINGS,
  }: { readonly subject: readonly SubjectAttribute[]; readonly cps?: string; readonly settings?: AuthoritySettings },
  state: { readonly status: Authority['status']; readonly parent?: string },
  act: Act,
  { newId, newPublicId }: Pick<Authorities, 'newId' | 'newPublicId'>,
): Authority {
  const name = nameOfAuthority(subject)
  checkSettings(settings)
  const own = { id: newId(), tenant: act.tenant, publicId: newPublicId() }
  return { ...own, name, ...state, cps, settings, revision: 1, createdAt: act.at }
}

/** What a CA of this subject is called: its common name. Throws `Refusal` 'malformed' without one. */
export function nameOfAuthority(subject: readonly SubjectAttribute[]): string {
  const name = subject.find(({ type }) => attributeTypeOid(type) === COMMON_NAME)?.value.trim() ?? ''
  if (name !== '') return name
  const detail = 'A CA needs a common name. Add an attribute of type commonName.'
  throw new Refusal('malformed', detail, [{ field: '/subject', detail }])
}

/** The template that each new CA gets: Web Server. */
export function firstTemplate(
  authority: string,
  { newId, newPublicId }: Pick<Authorities, 'newId' | 'newPublicId'>,
): Template {
  const [starter] = STARTERS
  if (starter === undefined) throw new TypeError('there is no starter')
  const own = { id: newId() as TemplateId, publicId: newPublicId(), authority }
  return { ...starter, ...own, enabled: true, revision: 1, enrollment: CLOSED_ENROLLMENT }
}
