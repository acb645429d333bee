import { type Static, Type } from 'typebox'
import { KeyType } from './algorithms.ts'
import { closed, lineOfText, listOf, wordOf } from './closed.ts'
import { ref } from './named.ts'
import { PAGE_QUERY, pageOf } from './page.ts'
import { Duration } from './validity.ts'
import { Id, Timestamp } from './values.ts'

const NAME = lineOfText(200, 'Unique among the ACME policies of the tenant.')

export const AcmeProfile = closed(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
      description: 'What a client asks for: a word.',
      examples: ['default'],
    }),
    template: Type.String({ description: 'A template of the CA of the policy.' }),
    description: Type.String({ maxLength: 500, description: 'For people, in the directory.' }),
  },
  { $id: 'AcmeProfile', description: 'What an order may ask for (draft-ietf-acme-profiles).' },
)

const SETTINGS = {
  profiles: listOf(ref(AcmeProfile), {
    minItems: 1,
    maxItems: 20,
    description: 'What can be ordered; the first is what an order gets that names none.',
  }),
  preApproved: listOf(Type.String({ minLength: 1, maxLength: 300 }), {
    maxItems: 500,
    description:
      'Names that need no challenge: `example.com`, `*.example.com` (it and all below, wildcards too), addresses and networks, `*` for everything.',
  }),
  identifiers: listOf(wordOf(['dns', 'ip']), { minItems: 1, maxItems: 2, uniqueItems: true }),
  wildcards: Type.Boolean({ description: 'Whether `*.example.com` may be ordered.' }),
  challenges: listOf(wordOf(['http-01', 'dns-01', 'tls-alpn-01', 'dns-persist-01']), {
    maxItems: 4,
    uniqueItems: true,
    description: 'How names are proven. None: only what is approved beforehand is certified.',
  }),
  caaIdentities: listOf(Type.String({ minLength: 1, maxLength: 253 }), {
    maxItems: 10,
    description: 'Issuer domain names (RFC 8659): then CAA is asked before each certificate. None: it is not.',
  }),
  homeLabNames: Type.Boolean({ description: 'Whether single labels, `.internal` and `home.arpa` may be ordered.' }),
}

const VALIDITY_SAID = 'How long certificates live, unless an order asks for less; absent: as the template says.'
const KEY_TYPES = listOf(ref(KeyType), {
  minItems: 1,
  maxItems: 22,
  uniqueItems: true,
  description: 'Keys that are certified, of those that the template takes; absent: all of those.',
})
const OPEN_TO = listOf(Type.String({ minLength: 1, maxLength: 100 }), {
  minItems: 1,
  maxItems: 100,
  description:
    'Addresses and networks from which accounts register without a binding, at the policy’s own directory; absent: none do.',
})
const CONFIRMED = Type.Optional(
  Type.Boolean({ description: 'Needed for a rule that approves everything, or all names under a public suffix.' }),
)

export const AcmePolicy = closed(
  {
    id: Id,
    publicId: Type.String({ description: 'Its public address: 16 letters and digits.' }),
    directory: Type.String({ description: 'The address of its own directory, which a client is given.' }),
    authority: Id,
    name: Type.String(),
    enabled: Type.Boolean({ description: 'Whether accounts register and order.' }),
    revision: Type.Integer({ description: 'Grows with each change. Give it with the next one.' }),
    ...SETTINGS,
    validity: Type.Optional(ref(Duration)),
    keyTypes: Type.Optional(KEY_TYPES),
    openTo: Type.Optional(OPEN_TO),
  },
  { $id: 'AcmePolicy', description: 'Who gets certificates by ACME, for which names, and which.' },
)
export type AcmePolicy = Static<typeof AcmePolicy>
export const AcmePolicyPage = pageOf('AcmePolicyPage', ref(AcmePolicy))
export const AcmePolicyQuery = Type.Object({ ...PAGE_QUERY, authority: Type.Optional(Id) })

const OPTIONAL_SETTINGS = {
  preApproved: Type.Optional(SETTINGS.preApproved),
  identifiers: Type.Optional(SETTINGS.identifiers),
  wildcards: Type.Optional(SETTINGS.wildcards),
  challenges: Type.Optional(SETTINGS.challenges),
  caaIdentities: Type.Optional(SETTINGS.caaIdentities),
  homeLabNames: Type.Optional(SETTINGS.homeLabNames),
}

export const CreateAcmePolicy = closed(
  {
    authority: Id,
    name: NAME,
    enabled: Type.Optional(Type.Boolean({ description: 'true unless said otherwise.' })),
    profiles: SETTINGS.profiles,
    ...OPTIONAL_SETTINGS,
    validity: Type.Optional(ref(Duration)),
    keyTypes: Type.Optional(KEY_TYPES),
    openTo: Type.Optional(OPEN_TO),
    confirmed: CONFIRMED,
  },
  {
    $id: 'CreateAcmePolicy',
    description:
      'A new ACME policy. Unless said otherwise: nothing approved beforehand; host names and addresses, with wildcards; http-01, dns-01 and tls-alpn-01; no CAA; accounts by bindings alone.',
  },
)
export type CreateAcmePolicy = Static<typeof CreateAcmePolicy>

export const ChangeAcmePolicy = closed(
  {
    revision: Type.Integer({
      minimum: 1,
      description: 'The revision that was edited. Refused when somebody changed the policy meanwhile.',
    }),
    name: Type.Optional(NAME),
    enabled: Type.Optional(Type.Boolean()),
    profiles: Type.Optional(SETTINGS.profiles),
    ...OPTIONAL_SETTINGS,
    validity: Type.Optional(Type.Union([ref(Duration), Type.Null()], { description: VALIDITY_SAID })),
    keyTypes: Type.Optional(Type.Union([KEY_TYPES, Type.Null()])),
    openTo: Type.Optional(Type.Union([OPEN_TO, Type.Null()])),
    confirmed: CONFIRMED,
  },
  { $id: 'ChangeAcmePolicy', description: 'What is left out stays; `null` takes away what need not be there.' },
)
export type ChangeAcmePolicy = Static<typeof ChangeAcmePolicy>

export const AcmeBinding = closed(
  {
    id: Id,
    policy: Id,
    kid: Type.String({ description: 'The key id that a client is given. No secret.' }),
    name: Type.String(),
    allowedUses: Type.Optional(
      Type.Integer({ description: 'How many accounts may register by it; absent: any number.' }),
    ),
    uses: Type.Integer({ description: 'How many did.' }),
    expiresAt: Type.Optional(Timestamp),
    createdAt: Timestamp,
  },
  { $id: 'AcmeBinding', description: 'An external account binding (RFC 8555 §7.3.4), never with its key.' },
)
export type AcmeBinding = Static<typeof AcmeBinding>
export const AcmeBindingPage = pageOf('AcmeBindingPage', ref(AcmeBinding))

export const CreateAcmeBinding = closed(
  {
    name: lineOfText(200, 'Unique among the bindings of the policy.'),
    allowedUses: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'How many accounts may register by it.' }),
    ),
    expiresAt: Type.Optional(
      Type.String({ format: 'date-time', description: 'Until when accounts may register. They outlive it.' }),
    ),
  },
  { $id: 'CreateAcmeBinding', description: 'A key by which accounts register under a policy.' },
)

export const CreatedAcmeBinding = closed(
  {
    binding: ref(AcmeBinding),
    directory: Type.String({ description: 'The directory that a client is given with it.' }),
    hmacKey: Type.Optional(
      Type.String({ description: 'The HMAC key, base64url. Shown once: a repeated call does not show it again.' }),
    ),
    note: Type.Optional(Type.String({ description: 'How to get another one.' })),
  },
  { $id: 'CreatedAcmeBinding', description: 'A binding with its key.' },
)
export type CreatedAcmeBinding = Static<typeof CreatedAcmeBinding>

export const AcmeAccount = closed(
  {
    id: Id,
    policy: Id,
    authority: Id,
    status: wordOf(['valid', 'deactivated', 'revoked'], {
      description: '`deactivated` by its client, `revoked` by an administrator.',
    }),
    contacts: listOf(Type.String()),
    thumbprint: Type.String({ description: 'Of its key: RFC 7638, base64url.' }),
    isAtSharedDirectory: Type.Boolean({ description: 'Whether it registered at the directory of all tenants.' }),
    binding: Type.Optional(
      closed({ id: Id, name: Type.String() }, { description: 'By which it registered. It may be deleted.' }),
    ),
    createdAt: Timestamp,
    createdFrom: Type.String({ description: 'The address that it registered from.' }),
  },
  { $id: 'AcmeAccount', description: 'An account of ACME.' },
)
export type AcmeAccount = Static<typeof AcmeAccount>
export const AcmeAccountPage = pageOf('AcmeAccountPage', ref(AcmeAccount))
export const AcmeAccountQuery = Type.Object({
  ...PAGE_QUERY,
  authority: Type.Optional(Id),
  policy: Type.Optional(Id),
})

export const AcmeOrder = closed(
  {
    id: Id,
    account: Id,
    policy: Id,
    profile: Type.Optional(Type.String()),
    status: wordOf(['pending', 'ready', 'processing', 'valid', 'invalid']),
    identifiers: listOf(Type.String()),
    problem: Type.Optional(Type.String({ description: 'Why it is invalid, as its client was told.' })),
    certificate: Type.Optional(Id),
    createdAt: Timestamp,
    expiresAt: Timestamp,
  },
  { $id: 'AcmeOrder', description: 'An order of ACME. Its certificate has the id of the order.' },
)
export type AcmeOrder = Static<typeof AcmeOrder>
export const AcmeOrderPage = pageOf('AcmeOrderPage', ref(AcmeOrder))

export const ExchangeStep = closed(
  {
    at: Timestamp,
    step: Type.String({ description: 'What was asked, in the words of the protocol.' }),
    said: Type.String({ description: 'What became of it; of a refusal the reason and what to change.' }),
    refused: Type.Optional(Type.Literal(true)),
    problem: Type.Optional(Type.String({ description: 'The type of the refusal, as the protocol calls it.' })),
    from: Type.Optional(Type.String({ description: 'The address that it came from.' })),
    asked: Type.Optional(listOf(Type.String(), { description: 'What was asked of others, and what came back.' })),
  },
  { $id: 'ExchangeStep', description: 'One step of an exchange with a client.' },
)

export const Exchange = closed(
  {
    id: Id,
    protocol: wordOf(['acme']),
    authority: Type.String(),
    account: Type.Optional(Type.String({ description: 'Whose exchange it is: an account of ACME.' })),
    subject: Type.Optional(Type.String({ description: 'What it is about: an order of ACME.' })),
    steps: listOf(ref(ExchangeStep)),
  },
  { $id: 'Exchange', description: 'Steps of one exchange that followed each other closely. Kept for 30 days.' },
)
export type Exchange = Static<typeof Exchange>
export const ExchangePage = pageOf('ExchangePage', ref(Exchange))
export const ExchangeQuery = Type.Object({
  ...PAGE_QUERY,
  authority: Type.Optional(Id),
  account: Type.Optional(Id),
  subject: Type.Optional(Id),
})
