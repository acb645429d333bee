import type { Command } from './command.ts'

/** The help of the whole command line. */
export function generalHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2
  return `Chancery, a public key infrastructure.

Usage: ./chancery COMMAND [options]

Commands:
${commands.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`).join('\n')}

  ./chancery COMMAND --help   says more about one
  ./chancery --version

Settings are variables of the environment; docs/configuration.md lists them.
`
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const options = Object.entries({ ...command.options, help: { meaning: 'Shows this.' } }).map(
    ([name, option]): readonly [string, string] => [
      `--${name}${'value' in option && option.value !== undefined ? ` ${option.value}` : ''}`,
      option.meaning,
    ],
  )
  const width = Math.max(...options.map(([left]) => left.length)) + 2
  const details = command.details === undefined ? '' : `\n${command.details}\n`
  return `${command.summary}

Usage: ${usageOf(command)}
${details}
Options:
${options.map(([left, right]) => `  ${left.padEnd(width)}${right}`).join('\n')}
`
}

function usageOf(command: Command): string {
  const required = Object.entries(command.options)
    .filter(([, { required: needed }]) => needed === true)
    .map(([name, { value }]) => `--${name} ${value}`)
  const optional = Object.values(command.options).some(({ required: needed }) => needed !== true) ? ['[options]'] : []
  return ['./chancery', command.name, ...(command.positionals ?? []), ...required, ...optional].join(' ')
}
