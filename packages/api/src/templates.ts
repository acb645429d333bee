import { type Static, Type } from 'typebox'
import { closed, lineOfText, listOf } from './closed.ts'
import { ref } from './named.ts'
import { PAGE_QUERY, pageOf } from './page.ts'
import { Profile } from './profile.ts'
import { Id } from './values.ts'

const NAME = lineOfText(200, 'Unique among the templates of its CA.')
const DESCRIPTION = Type.String({ maxLength: 2000, description: 'For people.' })

export const EnrollmentOptions = closed(
  {
    publicRequests: Type.Boolean({
      description: 'Whether strangers may ask for certificates on the public page of the template; officers decide.',
    }),
    renewal: Type.Optional(
      closed(
        {
          withinDays: Type.Integer({
            minimum: 1,
            maximum: 3_650,
            description: 'So many days before its end at the earliest.',
          }),
          copyNames: Type.Boolean({
            description: 'Whether the new one has the names of the old one; else a request may only drop names.',
          }),
          revokeOld: Type.Boolean({ description: 'Whether the old one is revoked (superseded) then.' }),
        },
        { description: 'Lets the holder of a certificate renew it by its key. Absent: nobody may.' },
      ),
    ),
  },
  {
    $id: 'EnrollmentOptions',
    description:
      'How people come to certificates beside officers and programs. Privileged templates are closed to all of it.',
  },
)
export type EnrollmentOptions = Static<typeof EnrollmentOptions>

export const Template = closed(
  {
    id: Id,
    publicId: Type.String({ description: 'Its public address: 16 letters and digits.' }),
    authority: Id,
    name: Type.String(),
    description: Type.String(),
    enabled: Type.Boolean({ description: 'Whether certificates are issued by it.' }),
    revision: Type.Integer({ description: 'Grows with each change. Give it with the next one.' }),
    privileged: Type.Boolean({
      description: 'Whether its certificates can themselves vouch: then only administrators use it.',
    }),
    profile: ref(Profile),
    enrollment: ref(EnrollmentOptions),
  },
  { $id: 'Template', description: 'A certificate template of one CA.' },
)
export type Template = Static<typeof Template>

export const TemplatePage = pageOf('TemplatePage', ref(Template))
export const TemplateQuery = Type.Object({ ...PAGE_QUERY, authority: Type.Optional(Id) })

export const CreateTemplate = closed(
  {
    authority: Id,
    name: NAME,
    description: Type.Optional(DESCRIPTION),
    enabled: Type.Optional(Type.Boolean({ description: 'true unless said otherwise.' })),
    profile: ref(Profile),
    enrollment: Type.Optional(ref(EnrollmentOptions)),
  },
  { $id: 'CreateTemplate', description: 'A new template. Profiles to start from: /api/v1/template-starters.' },
)

export const ChangeTemplate = closed(
  {
    revision: Type.Integer({
      minimum: 1,
      description: 'The revision that was edited. Refused when somebody changed the template meanwhile.',
    }),
    name: Type.Optional(NAME),
    description: Type.Optional(DESCRIPTION),
    enabled: Type.Optional(Type.Boolean()),
    profile: Type.Optional(ref(Profile)),
    enrollment: Type.Optional(ref(EnrollmentOptions)),
  },
  { $id: 'ChangeTemplate', description: 'What is left out stays. A profile is replaced as a whole.' },
)

export const TemplateStarter = closed(
  { name: Type.String(), description: Type.String(), profile: ref(Profile) },
  { $id: 'TemplateStarter', description: 'A template to start from.' },
)

export const TemplateStarters = closed(
  { items: listOf(ref(TemplateStarter)) },
  { $id: 'TemplateStarters', description: 'All starters.' },
)

export const PredefinedPolicies = closed(
  {
    items: listOf(
      closed({
        policy: Type.String({ description: 'Object identifier.' }),
        name: Type.String(),
        note: Type.String({ description: 'What whoever chooses it should know first.' }),
      }),
    ),
  },
  { $id: 'PredefinedPolicies', description: 'Certificate policies with a known meaning.' },
)

export const TemplateServiceUrls = closed(
  {
    crl: Type.Optional(Type.String()),
    ocsp: Type.Optional(Type.String()),
    aia: Type.Optional(Type.String()),
    cps: Type.Optional(Type.String()),
    publicRequests: Type.Optional(
      Type.String({ description: 'Not in certificates: the page on which strangers ask for one, where they may.' }),
    ),
    warnings: listOf(Type.String(), { description: 'What is wrong with these addresses, in words.' }),
  },
  {
    $id: 'TemplateServiceUrls',
    description:
      'The addresses that certificates of this template carry, and where they are asked for. Absent ones are switched off.',
  },
)
export type TemplateServiceUrls = Static<typeof TemplateServiceUrls>
