import type { ParseArgsConfig } from 'node:util'
import type { Config } from '../platform/config.ts'

/** What a command reads and writes: the process, or a test. */
export interface CommandIo {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Results, for people and pipes. */
  readonly out: (text: string) => void
  /** Messages, for people. */
  readonly err: (text: string) => void
}

/** One option of a command. */
export interface Option {
  /** In the help: `--email ADDRESS`. Without one it is a switch. */
  readonly value?: string
  readonly meaning: string
  readonly required?: boolean
}

export type OptionValues = Readonly<Record<string, string | boolean | undefined>>

/** A command as the table lists it. */
export interface Command {
  /** e.g. `token create`. */
  readonly name: string
  readonly summary: string
  /** More than the summary, for its own help. */
  readonly details?: string
  readonly options: Readonly<Record<string, Option>>
  /** Names of the arguments that are not options, all needed: `token revoke ID`. */
  readonly positionals?: readonly string[]
  run(call: CommandCall): Promise<void>
}

/** Commands by their first word, loaded when they are wanted. */
export type CommandTable = Readonly<Record<string, () => Promise<readonly Command[]>>>

export interface CommandCall {
  readonly options: OptionValues
  readonly positionals: readonly string[]
  readonly config: Config
  readonly io: CommandIo
}

/** Called in a way that no command takes: exit code 2, with the help. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The text of an option that was required or has a default. */
export function textOf(options: OptionValues, name: string): string {
  const value = options[name]
  if (typeof value !== 'string' || value === '') throw new UsageError(`--${name} needs a value.`)
  return value
}

/** The text of an option that may be left out. */
export function optionalText(options: OptionValues, name: string): string | undefined {
  return options[name] === undefined ? undefined : textOf(options, name)
}

/** The options of a command as `parseArgs` takes them; every command has `--help`. */
export function parseArgsOptions(command: Command): NonNullable<ParseArgsConfig['options']> {
  const own = Object.entries(command.options).map(([name, { value }]) => [
    name,
    { type: value === undefined ? ('boolean' as const) : ('string' as const) },
  ])
  return { ...Object.fromEntries(own), help: { type: 'boolean', short: 'h' } }
}
