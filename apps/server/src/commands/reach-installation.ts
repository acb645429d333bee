import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock, systemRandom } from '../platform/clock-and-random.ts'
import type { Config } from '../platform/config.ts'
import { idMaker, type NewId } from '../platform/ids.ts'
import { DatabaseInUse } from '../store/database-errors.ts'
import type { Stores } from '../store/stores.ts'
import { type ActionName, type Actions, actionsOver, type Input, type Output } from './control-actions.ts'
import { askServer, controlSocketPath } from './control-socket.ts'
import { DataFolderError, hasDatabase, prepareDataFolder } from './data-folder.ts'

/** How long to wait for a server that is starting or stopping, or for another command. */
const PATIENCE_MS = 5_000

/** The actions of the command line over an installation's stores. */
export function controlActions(stores: Stores, newId: NewId): Actions {
  return actionsOver({
    accounts: stores.system.accounts,
    now: systemClock,
    newId,
    random: systemRandom,
    authorityExists: async (tenant, authority) => (await stores.for(tenant).authorities.find(authority)) !== undefined,
  })
}

/**
 * Does one action on the installation that the configuration names. On PostgreSQL on the database itself; on SQLite through the
 * server that runs, or with the lock of the data folder when none does. Throws `Refusal`, or why the installation is out of reach.
 */
export async function act<Name extends ActionName>(
  config: Config,
  action: Name,
  input: Input<Name>,
): Promise<Output<Name>> {
  if (config.databaseUrl !== undefined) return await actHere(config, action, input)
  if (action === 'set-up') prepareDataFolder(config.dataFolder)
  else if (!hasDatabase(config.dataFolder)) throw nothingThere(config.dataFolder)
  for (const startedAt = systemClock(); ; ) {
    const answer = await askServer(controlSocketPath(config.dataFolder), action, input)
    if (answer !== undefined) return answer.result
    try {
      return await actHere(config, action, input)
    } catch (error) {
      if (!(error instanceof DatabaseInUse) || systemClock() - startedAt > PATIENCE_MS) throw error
      await sleep(100)
    }
  }
}

async function actHere<Name extends ActionName>(
  config: Config,
  action: Name,
  input: Input<Name>,
): Promise<Output<Name>> {
  // Loaded only now: a command that a running server answers needs none of it.
  const { openMigratedStores } = await import('../open-chancery.ts')
  const newId = idMaker(systemClock, systemRandom)
  const stores = await openMigratedStores(config, newId)
  try {
    return await controlActions(stores, newId)[action](input)
  } finally {
    await stores.close()
  }
}

function nothingThere(folder: string): DataFolderError {
  return new DataFolderError(
    `There is no installation in ${folder}. Set CHANCERY_DATA to its data folder, or begin one with \`./chancery setup\`.`,
  )
}
