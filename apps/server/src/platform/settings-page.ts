import type { Setting } from './settings.ts'
import { SETTINGS } from './settings-table.ts'

/** `docs/configuration.md`, written from the table of settings so that it is never wrong. */
export function settingsPage(): string {
  return `# Configuration

Chancery is configured by variables of the environment. An empty variable counts as one that is not set. All are checked at
start: a value that cannot be used, and a name beginning with \`CHANCERY_\` that is none of these, ends the start with a message
that names the variable and says what would be right. This page is written from the program's own table by
\`node_modules/.bin/node apps/server/src/commands/write-generated.ts\`.

${SETTINGS.map(section).join('\n')}`
}

function section(setting: Setting): string {
  const otherwise = /^\((.*)\)$/.exec(setting.default)?.[1]
  const standard = otherwise === undefined ? `\`${setting.default}\`` : otherwise
  return `## ${setting.name}

${setting.meaning}

- Default: ${standard}
- Example: \`${setting.name}=${setting.example}\`
`
}
