import { commandsWith } from './commands/commands.ts'
import { runCommand } from './commands/run-command.ts'

process.exitCode = await runCommand(
  process.argv.slice(2),
  {
    env: process.env,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  },
  // The server is half of what there is to load, and only one command needs it.
  commandsWith(async (config, io) => (await import('./serve-chancery.ts')).serveChancery(config, io)),
)
