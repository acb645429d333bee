import { type Command, textOf } from './command.ts'
import { act } from './reach-installation.ts'
import { readPasswordFile } from './secret-file.ts'

const EMAIL = { value: 'ADDRESS', meaning: 'e-mail address of the account', required: true } as const

/** `chancery account reset-password | remove-2fa | list`: the way back without mail. */
export const accountCommands: readonly Command[] = [
  {
    name: 'account reset-password',
    summary: 'Gives an account a new password, and ends all its sessions',
    options: {
      email: EMAIL,
      'password-file': {
        value: 'FILE',
        meaning: 'its new password: 12 characters or more; a line end after it does not count',
        required: true,
      },
    },
    run: async ({ options, config, io }) => {
      const email = textOf(options, 'email')
      const password = readPasswordFile(textOf(options, 'password-file'))
      await act(config, 'reset-password', { email, password })
      io.err(`${email} has a new password. All sessions of the account have ended.\n`)
    },
  },
  {
    name: 'account remove-2fa',
    summary: 'Removes the second factor of an account, and ends all its sessions',
    options: { email: EMAIL },
    run: async ({ options, config, io }) => {
      const email = textOf(options, 'email')
      await act(config, 'remove-second-factor', { email })
      io.err(`${email} signs in without a second factor now. All sessions of the account have ended.\n`)
    },
  },
  {
    name: 'account list',
    summary: 'Lists the accounts of the installation',
    options: {},
    run: async ({ config, io }) => {
      for (const { id, email, name, operator, secondFactor } of await act(config, 'list-accounts', {})) {
        const marks = [operator ? 'operator' : '-', secondFactor ? 'second-factor' : '-']
        io.out(`${[id, email, ...marks, name].join('  ')}\n`)
      }
    },
  },
]
