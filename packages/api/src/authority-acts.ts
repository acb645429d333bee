import { type Static, Type } from 'typebox'
import { KeyType, KeyUsageBit, SignatureAlgorithm } from './algorithms.ts'
import { closed, lineOfText, listOf, wordOf } from './closed.ts'
import { ref } from './named.ts'
import { Oid, Subject } from './names.ts'
import { NameConstraints } from './profile.ts'
import { RequestedValidity } from './validity.ts'
import { Base64, Id, Pem } from './values.ts'

const LARGEST_TEXT = 4 * 1024 * 1024
const CPS = Type.String({
  maxLength: 200_000,
  description: 'Certification practice statement: plain text or Markdown.',
})

const PathLength = Type.Unsafe<number | null>({
  type: ['integer', 'null'],
  minimum: 0,
  maximum: 100,
  description: 'How many CAs may stand below one another under it; null: any number.',
})

const ValidityHours = { minimum: 1, maximum: 24 * 366, description: 'From thisUpdate to nextUpdate of a CRL.' }
const Partitions = {
  minimum: 1,
  maximum: 1000,
  description: 'Into how many CRLs new certificates are spread; null: they are named by the whole CRL alone.',
}
const RetentionDays = {
  minimum: 1,
  maximum: 36_500,
  description:
    'Days that certificates stay in the register after they expired, and at least until no CRL has to name them; null: for ever.',
}
const PublicUrl = {
  minLength: 1,
  maxLength: 500,
  description:
    'Base of the http addresses that are written into its certificates, e.g. http://pki.example.com, without a slash at its end.',
}

const SETTINGS = closed(
  {
    publicUrl: Type.Optional(Type.Unsafe<string | null>({ type: ['string', 'null'], ...PublicUrl })),
    serviceCertificates: Type.Optional(
      closed({
        keyType: Type.Optional(Type.Union([ref(KeyType), Type.Null()])),
        signatureAlgorithm: Type.Optional(Type.Union([ref(SignatureAlgorithm), Type.Null()])),
      }),
    ),
    retentionDays: Type.Optional(Type.Unsafe<number | null>({ type: ['integer', 'null'], ...RetentionDays })),
    crl: Type.Optional(
      closed({
        validityHours: Type.Optional(Type.Unsafe<number | null>({ type: ['integer', 'null'], ...ValidityHours })),
        partitions: Type.Optional(Type.Unsafe<number | null>({ type: ['integer', 'null'], ...Partitions })),
        delta: Type.Optional(Type.Boolean({ description: 'Whether delta CRLs are made too.' })),
      }),
    ),
  },
  {
    $id: 'ChangeAuthoritySettings',
    description: 'What is left out stays as it is; null goes back to what is chosen for this kind of CA.',
  },
)
export const ChangeAuthoritySettings = SETTINGS
export type ChangeAuthoritySettings = Static<typeof SETTINGS>

const MADE = {
  subject: Subject,
  keyType: Type.Optional(ref(KeyType)),
  signatureAlgorithm: Type.Optional(ref(SignatureAlgorithm)),
  cps: Type.Optional(CPS),
  settings: Type.Optional(ref(SETTINGS)),
}

const ASKED_FOR = {
  pathLength: Type.Optional(PathLength),
  keyUsage: Type.Optional(
    listOf(ref(KeyUsageBit), { maxItems: 9, description: 'keyCertSign and cRLSign unless said otherwise.' }),
  ),
  extendedKeyUsage: Type.Optional(listOf(Oid, { maxItems: 100, description: 'Purposes; no extension unless given.' })),
  nameConstraints: Type.Optional(ref(NameConstraints)),
}

const CERTIFIED = { validity: Type.Optional(ref(RequestedValidity)), ...ASKED_FOR }

export const CreateRoot = closed(
  { kind: Type.Literal('root'), ...MADE, ...CERTIFIED },
  {
    $id: 'CreateRoot',
    description:
      'A root: it signs itself. Only a common name is needed: an ECDSA P-256 key, ten years and no limit to its path length are the defaults.',
  },
)

export const CreateIntermediate = closed(
  { kind: Type.Literal('intermediate'), parent: Id, ...MADE, ...CERTIFIED },
  {
    $id: 'CreateIntermediate',
    description:
      'A CA that the CA `parent` of the tenant signs at once: five years and path length 0 are the defaults.',
  },
)

export const CreateCsrOnly = closed(
  { kind: Type.Literal('csr'), ...MADE, ...ASKED_FOR },
  {
    $id: 'CreateCsrOnly',
    description:
      'A CA whose CSR somebody else signs: it asks for what is chosen. Its certificate is imported afterwards.',
  },
)

export const ImportAuthority = closed(
  {
    kind: Type.Literal('import'),
    key: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1_000_000,
        description:
          'The private key in PEM: PKCS#8, SEC1 or PKCS#1, encrypted or not. Certificates may stand beside it.',
      }),
    ),
    pkcs12: Type.Optional(Base64),
    password: Type.Optional(Type.String({ maxLength: 1000, description: 'Of the key or of the PKCS#12 file.' })),
    certificate: Type.Optional(Pem),
    crl: Type.Optional(
      Type.String({
        maxLength: LARGEST_TEXT,
        description: 'Its last CRL in PEM: its number is continued, its entries are carried over.',
      }),
    ),
    certificates: Type.Optional(
      Type.String({
        maxLength: 10 * LARGEST_TEXT,
        description: 'Certificates that it issued, in PEM; at most 20,000.',
      }),
    ),
    index: Type.Optional(
      Type.String({
        maxLength: 4 * LARGEST_TEXT,
        description: 'The index.txt of `openssl ca`; at most 100,000 lines.',
      }),
    ),
    historyComplete: Type.Optional(
      Type.Boolean({
        description:
          'Whether `crl`, `certificates` and `index` together are all that it ever issued; false by default.',
      }),
    ),
    cps: Type.Optional(CPS),
    settings: Type.Optional(ref(SETTINGS)),
  },
  {
    $id: 'ImportAuthority',
    description:
      'A CA from elsewhere, with its key: either `key` or `pkcs12`. `certificate` holds its certificate and those above it, where the key comes without.',
  },
)

/** The body of POST /authorities: four kinds, told apart by `kind`. */
export const CreateAuthority = Type.Union(
  [ref(CreateRoot), ref(CreateIntermediate), ref(CreateCsrOnly), ref(ImportAuthority)],
  { $id: 'CreateAuthority', description: 'How a CA comes to be.' },
)
export type CreateAuthority = Static<typeof CreateAuthority>

/** The body of POST /authorities/preview. */
export const PreviewAuthority = Type.Union([ref(CreateRoot), ref(CreateIntermediate), ref(CreateCsrOnly)], {
  $id: 'PreviewAuthority',
  description: 'The CA whose certificate, or CSR, is to be shown before it is made.',
})
export type PreviewAuthority = Static<typeof PreviewAuthority>

export const ChangeAuthority = closed(
  {
    revision: Type.Optional(
      Type.Integer({
        minimum: 1,
        description:
          'The revision that was edited: refused when somebody changed the CA meanwhile. Without it the change is made to what stands.',
      }),
    ),
    cps: Type.Optional(CPS),
    settings: Type.Optional(ref(SETTINGS)),
  },
  { $id: 'ChangeAuthority', description: 'What is left out stays.' },
)

export const DeleteAuthority = closed(
  { name: lineOfText(1000, 'The name of the CA, typed by who deletes it.') },
  { $id: 'DeleteAuthority', description: 'Deleting a CA cannot be undone.' },
)

export const RenewAuthority = closed(
  {
    key: wordOf(['same', 'new'], {
      description:
        '`same`: another certificate for the key there is. `new`: a generation with a key of its own, from which new certificates come.',
    }),
    keyType: Type.Optional(ref(KeyType)),
    signatureAlgorithm: Type.Optional(ref(SignatureAlgorithm)),
    ...CERTIFIED,
    nameConstraints: Type.Optional(Type.Union([ref(NameConstraints), Type.Null()])),
  },
  {
    $id: 'RenewAuthority',
    description:
      'What is left out stays as the certificate has it; the validity starts anew. `nameConstraints`: null has none from now on, as an empty `extendedKeyUsage` has no purposes. `signatureAlgorithm` is how the key signs certificates and CRLs from now on. A CA whose CSR somebody else signs cannot say its `validity`.',
  },
)
export type RenewAuthority = Static<typeof RenewAuthority>

export const ImportCertificate = closed(
  { certificate: Pem, chain: Type.Optional(Pem) },
  {
    $id: 'ImportCertificate',
    description:
      'The answer to the CSR of a CA. Those above it may stand beside it or in `chain`; what is missing is looked for in the tenant and through AIA.',
  },
)
