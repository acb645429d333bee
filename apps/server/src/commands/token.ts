import { ROLES } from '../accounts/roles.ts'
import { TOKEN_LIFETIME } from '../accounts/tokens.ts'
import { type Command, type OptionValues, optionalText, textOf, UsageError } from './command.ts'
import { parseLifetime } from './lifetime.ts'
import { act } from './reach-installation.ts'
import { reserveSecretFile } from './secret-file.ts'

const WHOSE = {
  account: { value: 'ADDRESS', meaning: 'e-mail address of a member' },
  tenant: { value: 'ID', meaning: 'the tenant, where the member has several' },
} as const

const WHOSE_TOKENS = 'Give the member or the tenant: the tenant, where the member has several.'

const createCommand: Command = {
  name: 'token create',
  summary: 'Makes an API token for a member',
  details: 'A token is never more than its member: it ends with the membership, and has at most its role.',
  options: {
    account: { ...WHOSE.account, required: true },
    role: { value: 'ROLE', meaning: `${ROLES.join(', ')}: from most to least`, required: true },
    'token-file': {
      value: 'FILE',
      meaning: 'where the token is written (new file, mode 0600); - for standard output',
      required: true,
    },
    tenant: WHOSE.tenant,
    authority: { value: 'ID', meaning: 'for one certificate authority only' },
    expires: { value: 'TIME', meaning: 'how long it lives: 12h, 90d, 4w; 90d when not given' },
    name: { value: 'NAME', meaning: 'what it is for; "API token" when not given' },
  },
  run: async ({ options, config, io }) => {
    const request = {
      email: textOf(options, 'account'),
      role: parseRole(textOf(options, 'role')),
      name: optionalText(options, 'name') ?? 'API token',
      lifetimeMs: parseLifetime(optionalText(options, 'expires') ?? `${TOKEN_LIFETIME.default / 86_400_000}d`),
      ...given(options, 'tenant', 'authority'),
    }
    const place = reserveSecretFile(textOf(options, 'token-file'), io)
    try {
      const { secret, token, expiresAt } = await act(config, 'create-token', request)
      place.write(secret)
      io.err(`Token ${token} is ${place.where} and lives until ${new Date(expiresAt).toISOString()}.\n`)
    } catch (error) {
      place.release()
      throw error
    }
  },
}

const listCommand: Command = {
  name: 'token list',
  summary: 'Lists the API tokens of a tenant, without their secrets',
  details: WHOSE_TOKENS,
  options: WHOSE,
  run: async ({ options, config, io }) => {
    const tokens = await act(config, 'list-tokens', whoseOf(options))
    const rows = tokens.map(({ id, name, role, authority, expiresAt, lastUsedAt, revokedAt }) => [
      id,
      role,
      authority ?? 'all',
      revokedAt === undefined ? `until ${dayOf(expiresAt)}` : `revoked ${dayOf(revokedAt)}`,
      lastUsedAt === undefined ? 'never' : dayOf(lastUsedAt),
      name,
    ])
    io.out(tableOf([['ID', 'ROLE', 'AUTHORITY', 'GOOD', 'LAST USED', 'NAME'], ...rows]))
  },
}

const revokeCommand: Command = {
  name: 'token revoke',
  summary: 'Ends an API token at once',
  details: WHOSE_TOKENS,
  options: WHOSE,
  positionals: ['ID'],
  run: async ({ options, positionals, config, io }) => {
    const [id = ''] = positionals
    const { token } = await act(config, 'revoke-token', { ...whoseOf(options), token: id })
    io.err(`Token ${token} is revoked.\n`)
  },
}

/** `chancery token create | list | revoke` */
export const tokenCommands: readonly Command[] = [createCommand, listCommand, revokeCommand]

function whoseOf(options: OptionValues): { readonly email?: string; readonly tenant?: string } {
  const email = optionalText(options, 'account')
  const tenant = optionalText(options, 'tenant')
  if (email === undefined && tenant === undefined) throw new UsageError('--account or --tenant is needed.')
  return { ...(email !== undefined && { email }), ...(tenant !== undefined && { tenant }) }
}

function given<Name extends string>(
  options: OptionValues,
  ...names: readonly Name[]
): { readonly [N in Name]?: string } {
  const values: { [N in Name]?: string } = {}
  for (const name of names) {
    const value = optionalText(options, name)
    if (value !== undefined) values[name] = value
  }
  return values
}

function parseRole(text: string): (typeof ROLES)[number] {
  const role = ROLES.find((one) => one === text)
  if (role === undefined) throw new UsageError(`"${text}" is no role: ${ROLES.join(', ')}.`)
  return role
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}\n`
}
