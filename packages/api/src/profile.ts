import { type Static, Type } from 'typebox'
import { KeyType, KeyUsageBit, SignatureAlgorithm } from './algorithms.ts'
import { closed, listOf, wordOf } from './closed.ts'
import { ref } from './named.ts'
import { Oid, SanType, SubjectAltName, SubjectAttribute } from './names.ts'
import { Duration } from './validity.ts'

const AttributeTypes = listOf(Type.String({ minLength: 1, maxLength: 200 }), {
  maxItems: 100,
  description: 'Attribute types by name (`commonName`) or as object identifiers.',
})

const PROFILE_SUBJECT = closed(
  {
    fromRequest: Type.Union([
      AttributeTypes,
      Type.Literal('any', { description: 'Every attribute that a request has.' }),
    ]),
    required: listOf(Type.String({ minLength: 1, maxLength: 200 }), {
      maxItems: 100,
      description: 'Attribute types that a subject must have.',
    }),
    fixed: listOf(ref(SubjectAttribute), {
      maxItems: 100,
      description: 'Always set, in place of what a request says of the same type.',
    }),
  },
  { description: 'Which subject attributes certificates have, and where they come from.' },
)

const PROFILE_NAMES = closed(
  {
    fromRequest: listOf(ref(SanType), { maxItems: 7, description: 'Types of names that are taken from requests.' }),
    required: Type.Boolean({ description: 'Whether a certificate must have at least one.' }),
    fixed: listOf(ref(SubjectAltName), { maxItems: 100, description: 'Always added.' }),
    fromCommonName: Type.Boolean({
      description: 'Whether a common name that looks like a host or an address is added when a request has no names.',
    }),
  },
  { description: 'Which subject alternative names certificates have.' },
)

const PROFILE_VALIDITY = closed(
  {
    default: ref(Duration),
    maximum: Type.Optional(ref(Duration)),
    notAfter: Type.Optional(
      Type.String({
        format: 'date-time',
        description: 'A fixed end (RFC 3339): no certificate lives past it.',
      }),
    ),
    backdateMinutes: Type.Integer({
      minimum: 0,
      maximum: 10_080,
      description: 'How many minutes before its issuance a certificate begins, against clocks that are slow.',
    }),
    beyondIssuer: wordOf(['clamp', 'refuse'], {
      description: 'What happens to a validity that outlives the issuer: it is shortened, or refused.',
    }),
  },
  { description: 'How long certificates are valid.' },
)

export const CertificatePolicy = closed(
  {
    policy: Oid,
    cps: Type.Boolean({ description: 'Whether the address of the CPS page of the CA is added.' }),
    userNotice: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'A text that software may show to people.' }),
    ),
  },
  { $id: 'CertificatePolicy', description: 'A policy that certificates assert, RFC 5280 §4.2.1.4.' },
)

export const Subtree = closed(
  {
    type: wordOf(['dns', 'email', 'uri', 'ip', 'upn', 'directoryName']),
    value: Type.String({
      minLength: 1,
      maxLength: 1000,
      description:
        'A domain, a mail domain or address, the host of a URI, a network in CIDR, or a distinguished name as RFC 4514 writes it.',
    }),
  },
  { $id: 'Subtree', description: 'All names below this one.' },
)

export const NameConstraints = closed(
  {
    permitted: listOf(ref(Subtree), { maxItems: 500, description: 'Names of these types must lie below one of them.' }),
    excluded: listOf(ref(Subtree), { maxItems: 500, description: 'No name may lie below one of these.' }),
  },
  { $id: 'NameConstraints', description: 'Which names a CA may certify, RFC 5280 §4.2.1.10.' },
)

const Rules = (description: string) =>
  listOf(Type.String({ minLength: 1, maxLength: 500 }), { maxItems: 1000, description })

export const AllowRules = closed(
  {
    dns: Rules(
      '`example.com` is that name, `*.example.com` is one label below it, `**.example.com` is any depth below it.',
    ),
    ip: Rules('Networks in CIDR, or single addresses.'),
    email: Rules('Domains of mail addresses, written as for dns.'),
    upn: Rules('Domains of user principal names, written as for dns.'),
    uri: Rules('`scheme://host`, the host an address or written as for dns.'),
  },
  {
    $id: 'AllowRules',
    description:
      'Which names may be certified. Once a template has rules, a name of a type without rules is refused. A common name that looks like a host obeys them too.',
  },
)

export const Profile = closed(
  {
    subject: PROFILE_SUBJECT,
    subjectAltNames: PROFILE_NAMES,
    keyTypes: listOf(ref(KeyType), { maxItems: 50, description: 'Key types that may be certified.' }),
    signatureAlgorithm: Type.Optional(ref(SignatureAlgorithm)),
    validity: PROFILE_VALIDITY,
    keyUsage: closed(
      {
        bits: listOf(ref(KeyUsageBit), { maxItems: 9 }),
        rsaBits: listOf(ref(KeyUsageBit), { maxItems: 9, description: 'Added when the certified key is an RSA key.' }),
        critical: Type.Boolean(),
      },
      { description: 'keyUsage, RFC 5280 §4.2.1.3. Without bits there is no such extension.' },
    ),
    extendedKeyUsage: closed(
      {
        purposes: listOf(Oid, { maxItems: 100, description: 'Object identifiers of purposes.' }),
        critical: Type.Boolean(),
      },
      { description: 'extendedKeyUsage, RFC 5280 §4.2.1.12. Without purposes there is no such extension.' },
    ),
    basicConstraints: Type.Union([
      closed(
        {
          ca: Type.Boolean(),
          pathLength: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
          critical: Type.Boolean(),
        },
        { description: 'basicConstraints, RFC 5280 §4.2.1.9.' },
      ),
      Type.Null({ description: 'No such extension.' }),
    ]),
    addresses: closed(
      {
        crl: Type.Boolean({ description: 'cRLDistributionPoints.' }),
        ocsp: Type.Boolean({ description: 'The OCSP responder, in authorityInfoAccess.' }),
        aia: Type.Boolean({ description: "The issuer's certificate, in authorityInfoAccess." }),
        aiaUrl: Type.Optional(
          Type.String({ minLength: 1, maxLength: 2000, description: 'In place of our own address.' }),
        ),
      },
      { description: 'Which addresses of its issuer go into a certificate.' },
    ),
    policies: listOf(ref(CertificatePolicy), { maxItems: 50 }),
    nameConstraints: Type.Optional(ref(NameConstraints)),
    copyExtensions: listOf(Oid, {
      maxItems: 100,
      description:
        'Requested extensions that are copied, by their object identifiers. All others are shown and ignored.',
    }),
    extraExtensions: listOf(
      closed({
        id: Oid,
        critical: Type.Boolean(),
        value: Type.String({
          maxLength: 16_384,
          description: 'DER in base64: what stands inside the OCTET STRING of the extension.',
        }),
      }),
      { maxItems: 50, description: 'Added as they are.' },
    ),
    allow: Type.Optional(ref(AllowRules)),
  },
  { $id: 'Profile', description: 'What certificates of a template look like.' },
)
export type Profile = Static<typeof Profile>
