import { type Kysely, type KyselyPlugin, type RootOperationNode, SelectQueryNode } from 'kysely'
import type { Reader } from './database.ts'
import { TransactionMisused } from './database-errors.ts'
import type { Direct } from './direct.ts'

/** The part of Kysely that reads. It is an object of its own, so that not even a cast can write with it. */
export function readerOf<Tables>(database: Kysely<Tables>, executeCompiled: Direct['executeCompiled']): Reader<Tables> {
  const kysely = database.withPlugin(SELECTS_ONLY)
  return {
    selectFrom: kysely.selectFrom.bind(kysely),
    selectNoFrom: kysely.selectNoFrom.bind(kysely),
    with: kysely.with.bind(kysely),
    withRecursive: kysely.withRecursive.bind(kysely),
    case: kysely.case.bind(kysely),
    fn: kysely.fn,
    dynamic: kysely.dynamic,
    executeQuery: async (query, options) => {
      const compiled = 'compile' in query ? query.compile() : query
      refuseChange(compiled.query)
      return kysely.executeQuery(compiled, options)
    },
    executeCompiled: async (query) => {
      refuseChange(query.query)
      return executeCompiled(query)
    },
  }
}

const SELECTS_ONLY: KyselyPlugin = {
  transformQuery: ({ node }) => {
    refuseChange(node)
    return node
  },
  transformResult: async ({ result }) => result,
}

/** PostgreSQL can also change rows in the WITH of a select. */
function refuseChange(node: RootOperationNode): void {
  const reads =
    SelectQueryNode.is(node) && (node.with?.expressions ?? []).every(({ expression }) => expression.kind === SELECT)
  if (!reads) throw new TransactionMisused('read() takes selects only: what changes something belongs into write()')
}

const SELECT: SelectQueryNode['kind'] = 'SelectQueryNode'
