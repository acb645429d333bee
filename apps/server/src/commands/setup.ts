import { TOKEN_LIFETIME } from '../accounts/tokens.ts'
import { type Command, optionalText, textOf } from './command.ts'
import { firstCall } from './first-call.ts'
import { parseLifetime } from './lifetime.ts'
import { act } from './reach-installation.ts'
import { readPasswordFile, reserveSecretFile } from './secret-file.ts'

/** `chancery setup`: the first account, its tenant and an API token, without a browser. */
export const setupCommand: Command = {
  name: 'setup',
  summary: 'Makes the first account, its tenant and an API token',
  details: `Works on an empty installation, whether its server runs or not, and makes the database when there is none yet.
The token is the owner's: whoever has the file may do everything in the tenant.`,
  options: {
    email: { value: 'ADDRESS', meaning: 'e-mail address of the account', required: true },
    'password-file': {
      value: 'FILE',
      meaning: 'its password: 12 characters or more; a line end after it does not count',
      required: true,
    },
    'token-file': {
      value: 'FILE',
      meaning: 'where the token is written (new file, mode 0600); - for standard output',
      required: true,
    },
    tenant: { value: 'NAME', meaning: 'name of the tenant; the domain of the address when not given' },
    expires: { value: 'TIME', meaning: 'how long the token lives: 12h, 90d, 4w; 90d when not given' },
  },
  run: async ({ options, config, io }) => {
    const email = textOf(options, 'email')
    const lifetime = optionalText(options, 'expires')
    const tokenLifetimeMs = lifetime === undefined ? TOKEN_LIFETIME.default : parseLifetime(lifetime)
    const password = readPasswordFile(textOf(options, 'password-file'))
    const place = reserveSecretFile(textOf(options, 'token-file'), io)
    const tenantName = optionalText(options, 'tenant') ?? email.slice(email.lastIndexOf('@') + 1)
    try {
      const made = await act(config, 'set-up', { email, password, tenantName, tokenLifetimeMs })
      place.write(made.secret)
      io.err(`Account ${email} is owner of the tenant "${tenantName}" (${made.tenant}).
Its token is ${place.where} and lives until ${new Date(made.expiresAt).toISOString()}.

Next, while the server runs (\`npm start\` or \`./chancery serve\`), for example
  ${firstCall(config, place.shell).join('\n  ')}
The API is described at ${config.url}/api/docs
`)
    } catch (error) {
      place.release()
      throw error
    }
  },
}
