import { parseArgs } from 'node:util'
import { Refusal } from '@chancery/pki'
import { ConfigError, loadConfig } from '../platform/config.ts'
import { scrubText } from '../platform/scrub.ts'
import { didYouMean } from '../platform/settings.ts'
import { version } from '../platform/version.ts'
import {
  type Command,
  type CommandIo,
  type CommandTable,
  type OptionValues,
  parseArgsOptions,
  UsageError,
} from './command.ts'
import { commandHelp, generalHelp } from './help.ts'

/** How a command ended, for the shell. */
const EXIT = { done: 0, failed: 1, usage: 2 } as const

/**
 * Runs what the arguments say and gives the exit code: 0 done, 1 failed, 2 called wrongly. Never throws. Messages name what to
 * change and hold no secrets.
 */
export async function runCommand(args: readonly string[], io: CommandIo, table: CommandTable): Promise<number> {
  const [first] = args
  if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
    const asked = first !== undefined
    ;(asked ? io.out : io.err)(generalHelp(await allOf(table)))
    return asked ? EXIT.done : EXIT.usage
  }
  if (first === '--version' || first === '-v') {
    io.out(`chancery ${version()}\n`)
    return EXIT.done
  }
  const load = Object.hasOwn(table, first) ? table[first] : undefined
  if (load === undefined) return unknownCommand(first, io, table)
  const commands = await load()
  const command = findCommand(args, commands)
  if (command === undefined) return incompleteCommand(args, io, commands)
  return await runOne(command, args.slice(command.name.split(' ').length), io)
}

async function runOne(command: Command, args: readonly string[], io: CommandIo): Promise<number> {
  try {
    const { options, positionals } = parse(command, args)
    if (options['help'] === true) {
      io.out(commandHelp(command))
      return EXIT.done
    }
    checkCall(command, options, positionals)
    await command.run({ options, positionals, config: loadConfig(io.env), io })
    return EXIT.done
  } catch (error) {
    if (!(error instanceof UsageError)) return failed(error, io)
    io.err(`chancery: ${error.message}\n\n${commandHelp(command)}`)
    return EXIT.usage
  }
}

function parse(command: Command, args: readonly string[]): { options: OptionValues; positionals: readonly string[] } {
  try {
    const parsed = parseArgs({ args: [...args], options: parseArgsOptions(command), allowPositionals: true })
    const options = Object.entries(parsed.values).map(([name, value]) => [
      name,
      Array.isArray(value) ? value[0] : value,
    ])
    return { options: Object.fromEntries(options), positionals: parsed.positionals }
  } catch (error) {
    if (!(error instanceof TypeError) || !('code' in error)) throw error
    throw new UsageError(`${error.message.split('. ')[0]?.replace(/\.$/, '')}.${hintFor(error.message, command)}`)
  }
}

function hintFor(message: string, command: Command): string {
  const unknown = /^Unknown option '--([^']+)'/.exec(message)?.[1]
  const near = unknown === undefined ? undefined : didYouMean(unknown, Object.keys(command.options))
  return near === undefined ? '' : ` Did you mean --${near}?`
}

function checkCall(command: Command, options: OptionValues, positionals: readonly string[]): void {
  const missing = Object.entries(command.options)
    .filter(([name, { required }]) => required === true && options[name] === undefined)
    .map(([name]) => `--${name}`)
  if (missing.length > 0) throw new UsageError(`${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} needed.`)
  const wanted = command.positionals ?? []
  if (positionals.length < wanted.length) throw new UsageError(`${wanted[positionals.length]} is needed.`)
  const extra = positionals[wanted.length]
  if (extra !== undefined) throw new UsageError(`"${extra}" is not expected here.`)
}

function findCommand(args: readonly string[], commands: readonly Command[]): Command | undefined {
  return commands.find(({ name }) => name.split(' ').every((word, index) => args[index] === word))
}

/** The first word is one of several commands, and the second is none of theirs. */
function incompleteCommand([first, second]: readonly string[], io: CommandIo, commands: readonly Command[]): number {
  const asksForHelp = second === '--help' || second === '-h'
  const help = commands.map(commandHelp).join('\n\n')
  if (asksForHelp) io.out(help)
  else io.err(`chancery: "${first}" needs one of ${commands.map(({ name }) => `"${name}"`).join(', ')}.\n\n${help}`)
  return asksForHelp ? EXIT.done : EXIT.usage
}

async function unknownCommand(first: string, io: CommandIo, table: CommandTable): Promise<number> {
  const near = didYouMean(first, Object.keys(table))
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`
  io.err(`chancery: there is no command "${first}".${hint}\n\n${generalHelp(await allOf(table))}`)
  return EXIT.usage
}

async function allOf(table: CommandTable): Promise<readonly Command[]> {
  return (await Promise.all(Object.values(table).map((load) => load()))).flat()
}

/** What failed, in a line for each cause; `CHANCERY_LOG_LEVEL=debug` shows where. */
function failed(error: unknown, io: CommandIo): number {
  const lines = messagesOf(error).map((message) => `chancery: ${scrubText(message)}\n`)
  io.err(lines.join(''))
  if (io.env['CHANCERY_LOG_LEVEL'] === 'debug' && error instanceof Error) io.err(`${scrubText(error.stack ?? '')}\n`)
  return EXIT.failed
}

function messagesOf(error: unknown, depth = 0): readonly string[] {
  if (error instanceof ConfigError) return error.message.split('\n')
  if (!(error instanceof Error)) return [String(error)]
  const problems = error instanceof Refusal ? error.problems.map(({ detail }) => detail) : []
  const cause = error.cause === undefined || depth > 4 ? [] : messagesOf(error.cause, depth + 1)
  return [...new Set([error.message, ...problems, ...cause])]
}
