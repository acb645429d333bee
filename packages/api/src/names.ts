import { type Static, Type } from 'typebox'
import { closed, listOf, wordOf } from './closed.ts'
import { ref } from './named.ts'

export const Oid = Type.String({
  pattern: '^[0-2](\\.(0|[1-9][0-9]*))+$',
  maxLength: 200,
  description: 'An object identifier, e.g. 1.3.6.1.5.5.7.3.1.',
  examples: ['1.3.6.1.5.5.7.3.1'],
})

export const SubjectAttribute = closed(
  {
    type: Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'The type by name (`commonName`, `O`, in any letter case) or as an object identifier.',
    }),
    value: Type.String({ minLength: 1, maxLength: 1000, description: 'The value as text.' }),
  },
  { $id: 'SubjectAttribute', description: 'One attribute of a distinguished name.' },
)
export type SubjectAttribute = Static<typeof SubjectAttribute>

export const SanType = wordOf(['dns', 'ip', 'email', 'uri', 'upn', 'directoryName', 'registeredId'], {
  $id: 'SanType',
  description: 'A type of subject alternative name. `upn` is the user principal name of Microsoft, an otherName.',
})

export const SubjectAltName = closed(
  {
    type: ref(SanType),
    value: Type.String({
      minLength: 1,
      maxLength: 2000,
      description:
        'A host name (U-labels are allowed), an address, user@host for email and upn, an absolute URI, a distinguished name as RFC 4514 writes it, or an object identifier.',
    }),
  },
  { $id: 'SubjectAltName', description: 'A subject alternative name as people write it.' },
)

/** Attributes of a subject that is asked for. */
export const Subject = listOf(ref(SubjectAttribute), {
  minItems: 1,
  maxItems: 100,
  description: 'In the order in which they are written; one attribute to each relative distinguished name.',
})
