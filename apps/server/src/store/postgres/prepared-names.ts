/** By which names the statements of this process are prepared on the server, on whichever connection. */
export interface PreparedNames {
  /** `undefined`: nothing is to be prepared. */
  of(statement: string): string | undefined
  /** The server does not have this one prepared as it was: from now on all have other names. */
  forget(name: string): void
}

/** A migration changes tables, and a connection that was closed forgets; what goes on doing so is a pooler between the server and this process. */
const OFTEN = 10

/**
 * A statement that is prepared has its plan: half of what a short one costs the server. A prepared one is forgotten when its tables were
 * changed by a migration, and behind a pooler that gives each transaction another connection and knows nothing of prepared statements.
 * Then all names become others. When that has happened often, statements are sent as they are.
 */
export function preparedNames(often = OFTEN): PreparedNames {
  let round = 0
  return {
    of: (statement) => (round < often ? `${statement}.${round}` : undefined),
    forget: (name) => {
      if (name.endsWith(`.${round}`)) round++
    },
  }
}
