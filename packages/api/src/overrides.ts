import { Type } from 'typebox'
import { listOf } from './closed.ts'
import { ref } from './named.ts'
import { Subject, SubjectAltName } from './names.ts'
import { RequestedValidity } from './validity.ts'

/** What may stand in place of what a CSR says. Spread into the bodies that take it. */
export const OVERRIDES = {
  subject: Type.Optional(Subject),
  subjectAltNames: Type.Optional(
    listOf(ref(SubjectAltName), {
      maxItems: 1000,
      description: 'In place of all names of the CSR. An empty list leaves them out.',
    }),
  ),
  validity: Type.Optional(ref(RequestedValidity)),
}
