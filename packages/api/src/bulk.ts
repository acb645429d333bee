import { type Static, Type } from 'typebox'
import { closed, listOf, wordOf } from './closed.ts'
import { ref } from './named.ts'
import { Problem } from './problem.ts'
import { Id } from './values.ts'

export const BulkResult = closed(
  {
    id: Id,
    outcome: wordOf(['done', 'pending', 'refused'], {
      description:
        '`pending`: it was recorded and will be signed, but the key cannot be reached now or has much to do. `certificate` is the id to ask for.',
    }),
    certificate: Type.Optional(Id),
    link: Type.Optional(
      Type.String({
        description: 'By which the certificate is claimed, where no mail carries it. Shown this one time.',
      }),
    ),
    problem: Type.Optional(ref(Problem)),
  },
  { $id: 'BulkResult', description: 'What became of one of many.' },
)

export const BulkResults = closed(
  {
    done: Type.Integer({ description: 'How many were done.' }),
    items: listOf(ref(BulkResult), { description: 'In the order of the ids that were given.' }),
  },
  { $id: 'BulkResults', description: 'What became of each. One that is refused leaves the others.' },
)
export type BulkResults = Static<typeof BulkResults>
