import type { Config } from '../platform/config.ts'
import type { Command, CommandIo, CommandTable } from './command.ts'

/**
 * The table of commands, by their first word. Each is loaded when it is called: what all of them stand on takes a second to load, and
 * most need little of it. `serve` is given by whoever composes the server; it resolves when the server has stopped.
 */
export function commandsWith(serve: (config: Config, io: CommandIo) => Promise<void>): CommandTable {
  return {
    serve: async () => [serveCommand(serve)],
    setup: async () => [(await import('./setup.ts')).setupCommand],
    demo: async () => [(await import('./demo.ts')).demoCommand(serve)],
    token: async () => (await import('./token.ts')).tokenCommands,
    account: async () => (await import('./account.ts')).accountCommands,
    backup: async () => [(await import('./backup.ts')).backupCommand],
    restore: async () => [(await import('./restore.ts')).restoreCommand],
    migrate: async () => [(await import('./migrate.ts')).migrateCommand],
    'rotate-master-key': async () => [(await import('./rotate-master-key.ts')).rotateCommand],
    audit: async () => (await import('./audit.ts')).auditCommands,
  }
}

function serveCommand(serve: (config: Config, io: CommandIo) => Promise<void>): Command {
  return {
    name: 'serve',
    summary: 'Starts the server and stays until it is told to stop',
    details: `Makes what is missing: data folder, database, master key. The last line of its start on standard output is its
address; its log goes to standard error. SIGTERM or Ctrl-C lets requests in flight finish; a second one does not wait.`,
    options: {},
    run: async ({ config, io }) => {
      const { prepareDataFolder } = await import('./data-folder.ts')
      prepareDataFolder(config.dataFolder)
      await serve(config, io)
    },
  }
}
