import { commandsWith } from './commands/commands.ts'
import { runCommand } from './commands/run-command.ts'
import { serveChancery } from './serve-chancery.ts'

process.exitCode = await runCommand(
  process.argv.slice(2),
  {
    env: process.env,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  },
  commandsWith(serveChancery),
)
