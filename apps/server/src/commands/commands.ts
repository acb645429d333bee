import type { Config } from '../platform/config.ts'
import { accountCommands } from './account.ts'
import { auditCommands } from './audit.ts'
import { backupCommand } from './backup.ts'
import type { Command, CommandIo } from './command.ts'
import { prepareDataFolder } from './data-folder.ts'
import { demoCommand } from './demo.ts'
import { migrateCommand } from './migrate.ts'
import { restoreCommand } from './restore.ts'
import { rotateCommand } from './rotate-master-key.ts'
import { setupCommand } from './setup.ts'
import { tokenCommands } from './token.ts'

/** The table of commands. `serve` is given by whoever composes the server; it resolves when the server has stopped. */
export function commandsWith(serve: (config: Config, io: CommandIo) => Promise<void>): readonly Command[] {
  return [
    {
      name: 'serve',
      summary: 'Starts the server and stays until it is told to stop',
      details: `Makes what is missing: data folder, database, master key. The last line of its start on standard output is its
address; its log goes to standard error. SIGTERM or Ctrl-C lets requests in flight finish; a second one does not wait.`,
      options: {},
      run: async ({ config, io }) => {
        prepareDataFolder(config.dataFolder)
        await serve(config, io)
      },
    },
    setupCommand,
    demoCommand(serve),
    ...tokenCommands,
    ...accountCommands,
    backupCommand,
    restoreCommand,
    migrateCommand,
    rotateCommand,
    ...auditCommands,
  ]
}
