import { DeleteQueryNode, InsertQueryNode, type OperationNode, TableNode, UpdateQueryNode } from 'kysely'

/** How often tables were changed, where this process makes all changes: whoever keeps what it read can tell that it is still so. */
export interface TableChanges {
  /** Grows with each change of one of these tables, before whoever made it hears that it is stored. */
  of(tables: readonly string[]): number
}

/** Counts the changes. */
export interface ChangeCounter extends TableChanges {
  /** `changed`: what `changedTable` said of each statement of a transaction that is over. */
  note(changed: ReadonlySet<string>): void
}

/** In place of a table: a statement that may have changed any. */
const ANY = '*'

export function countChanges(): ChangeCounter {
  const counts = new Map<string, number>()
  const countOf = (table: string) => counts.get(table) ?? 0
  return {
    of: (tables) => {
      let sum = countOf(ANY)
      for (const table of tables) sum += countOf(table)
      return sum
    },
    note: (changed) => {
      for (const table of changed) counts.set(table, countOf(table) + 1)
    },
  }
}

/** The table that a statement other than a select changes. No foreign key of ours reaches further, and there are no triggers. */
export function changedTable(query: OperationNode): string {
  if (InsertQueryNode.is(query)) return nameOf(query.into)
  if (UpdateQueryNode.is(query)) return nameOf(query.table)
  if (DeleteQueryNode.is(query)) return query.from.froms.length === 1 ? nameOf(query.from.froms[0]) : ANY
  return ANY
}

function nameOf(table: OperationNode | undefined): string {
  return table !== undefined && TableNode.is(table) ? table.table.identifier.name : ANY
}
