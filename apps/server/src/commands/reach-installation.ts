import { setTimeout as sleep } from 'node:timers/promises'
import type { Keys } from '../master-keys/open-keys.ts'
import { systemClock, systemRandom } from '../platform/clock-and-random.ts'
import type { Config } from '../platform/config.ts'
import { idMaker } from '../platform/ids.ts'
import { DatabaseInUse } from '../store/database-errors.ts'
import type { ActionName, Actions, Input, Output } from './action-shapes.ts'
import { askServer, controlSocketPath } from './control-socket.ts'
import { DataFolderError, hasDatabase, prepareDataFolder } from './data-folder.ts'

/** How long to wait for a server that is starting or stopping, or for another command. */
const PATIENCE_MS = 30_000

/** Asks an installation for one action after the other. */
export type Ask = <Name extends ActionName>(action: Name, input: Input<Name>) => Promise<Output<Name>>

/**
 * Does one action on the installation that the configuration names. On PostgreSQL on the database itself; on SQLite through the
 * server that runs, or with the lock of the data folder when none does. Throws `Refusal`, or why the installation is out of reach.
 */
export async function act<Name extends ActionName>(
  config: Config,
  action: Name,
  input: Input<Name>,
): Promise<Output<Name>> {
  if (action === 'set-up' && config.databaseUrl === undefined) prepareDataFolder(config.dataFolder)
  else refuseNothing(config)
  return reach(config, (ask) => ask(action, input))
}

/** Does several actions, one after the other, on one installation that is there. It is reached once, as `act` does. */
export async function atInstallation<T>(config: Config, use: (ask: Ask) => Promise<T>): Promise<T> {
  refuseNothing(config)
  return reach(config, use)
}

async function reach<T>(config: Config, use: (ask: Ask) => Promise<T>): Promise<T> {
  let here: OpenedHere | undefined
  let isServed = false
  const ask: Ask = async (action, input) => {
    for (const startedAt = systemClock(); here === undefined; ) {
      const answer =
        config.databaseUrl === undefined
          ? await askServer(controlSocketPath(config.dataFolder), action, input)
          : undefined
      if (answer !== undefined) {
        isServed = true
        return answer.result
      }
      if (isServed) throw new Error('The server stopped meanwhile: run the command again.')
      here = await openHere(config, startedAt)
    }
    return here.actions[action](input)
  }
  try {
    return await use(ask)
  } finally {
    await here?.close()
  }
}

interface OpenedHere {
  readonly actions: Actions
  close(): Promise<void>
}

/** The installation in this process. Nothing, after a moment, while somebody else holds it and patience lasts. */
async function openHere(config: Config, startedAt: number): Promise<OpenedHere | undefined> {
  // Loaded only now: a command that a running server answers needs none of it.
  const { openKeysOf, openMigratedStores } = await import('../open-chancery.ts')
  const { createLog } = await import('../platform/log.ts')
  const { controlActions } = await import('./control-actions.ts')
  const newId = idMaker(systemClock, systemRandom)
  try {
    const stores = await openMigratedStores(config, newId)
    let opened: Promise<Keys> | undefined
    const keys = () => {
      opened ??= openKeysOf(config, stores, createLog('warn'))
      return opened
    }
    return { actions: controlActions(config, stores, newId, keys), close: () => stores.close() }
  } catch (error) {
    if (!(error instanceof DatabaseInUse) || systemClock() - startedAt > PATIENCE_MS) throw error
    await sleep(100)
    return undefined
  }
}

function refuseNothing({ databaseUrl, dataFolder }: Config): void {
  if (databaseUrl === undefined && !hasDatabase(dataFolder)) throw nothingThere(dataFolder)
}

function nothingThere(folder: string): DataFolderError {
  return new DataFolderError(
    `There is no installation in ${folder}. Set CHANCERY_DATA to its data folder, or begin one with \`./chancery setup\`.`,
  )
}
