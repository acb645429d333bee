import { Type } from 'typebox'
import { listOf } from './closed.ts'
import { ref } from './named.ts'
import { SubjectAltName, SubjectAttribute } from './names.ts'
import { RequestedValidity } from './validity.ts'

/** What may stand in place of what a CSR says. Spread into the bodies that take it. */
export const OVERRIDES = {
  subject: Type.Optional(
    listOf(ref(SubjectAttribute), {
      maxItems: 100,
      description:
        'In place of the subject of the CSR, in the order in which they are written; one attribute to each relative distinguished name. An empty list leaves it out.',
    }),
  ),
  subjectAltNames: Type.Optional(
    listOf(ref(SubjectAltName), {
      maxItems: 1000,
      description: 'In place of all names of the CSR. An empty list leaves them out.',
    }),
  ),
  validity: Type.Optional(ref(RequestedValidity)),
}
