import { type Static, Type } from 'typebox'
import { KeyType } from './algorithms.ts'
import { closed, listOf, wordOf } from './closed.ts'
import { Email } from './members.ts'
import { ref } from './named.ts'
import { SanType, Subject, SubjectAltName } from './names.ts'
import { Pem, Timestamp } from './values.ts'

/** The public address of a template. */
export const PublicId = Type.String({
  pattern: '^[0-9A-Za-z]{16}$',
  description: 'A public address: 16 letters and digits.',
})

const FORM = closed(
  {
    subject: Type.Union([
      listOf(Type.String(), { description: 'Attribute types that may be given.' }),
      Type.Literal('any', { description: 'Every attribute type.' }),
    ]),
    required: listOf(Type.String(), { description: 'Attribute types that have to be given.' }),
    subjectAltNames: listOf(ref(SanType), { description: 'Types of names that may be given.' }),
    namesRequired: Type.Boolean(),
  },
  { description: 'What a form asks for.' },
)

export const PublicTemplate = closed(
  {
    name: Type.String(),
    description: Type.String(),
    authority: Type.String({ description: 'The name of the CA.' }),
    tenant: Type.String({ description: 'The name of who issues.' }),
    form: FORM,
    keyTypes: listOf(ref(KeyType), { description: 'Of keys that are certified.' }),
  },
  { $id: 'PublicTemplate', description: 'A template as strangers see it, where they may ask.' },
)

export const AskPublicly = closed(
  {
    email: Email,
    csr: Type.Optional(Pem),
    subject: Type.Optional(Subject),
    subjectAltNames: Type.Optional(listOf(ref(SubjectAltName), { maxItems: 250 })),
  },
  {
    $id: 'AskPublicly',
    description:
      'A CSR; or subject and names, whose key is made when the certificate is claimed. The address has to be confirmed.',
  },
)

export const AskedPublicly = closed(
  { confirmBefore: Timestamp },
  {
    $id: 'AskedPublicly',
    description: 'A link went to the address: until it is opened and confirmed nobody looks at the request.',
  },
)

const Secret = Type.String({ minLength: 1, maxLength: 200, description: 'The last part of the link.' })
export const FollowLink = closed({ token: Secret }, { $id: 'FollowLink', description: 'Which link is meant.' })

export const PUBLIC_STATUS_WORDS = ['unconfirmed', 'pending', 'approved', 'signing', 'issued', 'declined'] as const

export const OwnRequest = closed(
  {
    status: wordOf(PUBLIC_STATUS_WORDS, {
      description: '`unconfirmed`: confirm it first. `approved`: look for the mail with the link to claim it.',
    }),
    template: Type.String({ description: 'Its name.' }),
    tenant: Type.String({ description: 'Who issues.' }),
    subject: Type.String(),
    subjectAltNames: listOf(ref(SubjectAltName)),
    createdAt: Timestamp,
    note: Type.Optional(Type.String({ description: 'Why it was declined.' })),
    certificate: Type.Optional(Pem),
    chain: Type.Optional(Pem),
  },
  { $id: 'OwnRequest', description: 'A request as who asked sees it.' },
)
export type OwnRequest = Static<typeof OwnRequest>

export const Claim = closed(
  {
    state: wordOf(['open', 'signing', 'issued', 'declined'], {
      description: '`open`: a key is due. `signing`: it is signed soon. `issued`: the certificate is here.',
    }),
    template: Type.String({ description: 'Its name.' }),
    tenant: Type.String({ description: 'Who issues.' }),
    subject: Type.String({ description: 'What was approved, RFC 4514.' }),
    subjectAltNames: listOf(ref(SubjectAltName)),
    keyTypes: listOf(ref(KeyType), { description: 'Of keys that are certified.' }),
    expiresAt: Timestamp,
    certificate: Type.Optional(Pem),
    chain: Type.Optional(Pem),
  },
  { $id: 'Claim', description: 'What a claim link leads to.' },
)
export type Claim = Static<typeof Claim>

export const RedeemClaim = closed(
  { token: Secret, csr: Pem },
  { $id: 'RedeemClaim', description: 'A key for a claim. The names of the CSR count for nothing.' },
)
