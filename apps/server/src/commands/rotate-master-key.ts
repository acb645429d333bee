import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../platform/clock-and-random.ts'
import { type Command, optionalText } from './command.ts'
import { atInstallation } from './reach-installation.ts'

/** How long the command waits for processes that have not followed; they look every two seconds. */
const PATIENCE_MS = 120_000

/** The rotation waits for a process that has not the new key. */
class RotationWaits extends Error {
  override readonly name = 'RotationWaits'
}

/** `chancery rotate-master-key`: puts everything secret under a new master key, while the server serves. */
export const rotateCommand: Command = {
  name: 'rotate-master-key',
  summary: 'Puts everything secret under a new master key',
  details: `The server goes on serving. Interrupted, the command is simply run again. Where several processes share a database each needs
the new key's file first; the command says where, and which processes it waits for. docs/master-key.md tells the whole.`,
  options: {
    'new-key-file': { value: 'FILE', meaning: 'holds the new key: 32 octets in base64 or hex; made when not given' },
    abandon: { meaning: 'takes back a rotation that waits for a process' },
  },
  run: async ({ options, config, io }) => {
    const given = optionalText(options, 'new-key-file')
    const newKeyFile = given === undefined ? {} : { newKeyFile: resolve(given) }
    await atInstallation(config, async (ask) => {
      if (options['abandon'] === true) {
        const { abandoned } = await ask('abandon-rotation', {})
        io.err(abandoned ? 'The rotation is taken back.\n' : 'There is no rotation under way.\n')
        return
      }
      const startedAt = systemClock()
      let told = ''
      let rewrapped = 0
      for (let step = await ask('rotate-master-key', newKeyFile); ; ) {
        rewrapped += step.rewrapped
        if (step.state === 'done') {
          if (step.broken > 0)
            io.err(`${step.broken} secrets open under no key, before as after: they were left as they are.\n`)
          io.err(farewell(step.keyAt, rewrapped, config.masterKeyText !== undefined))
          return
        }
        const waiting = waitingText(step)
        if (waiting !== told) io.err(waiting)
        told = waiting
        if (systemClock() - startedAt > PATIENCE_MS) {
          throw new RotationWaits(
            'The rotation goes on when these processes have the new key: then run this command again.',
          )
        }
        await sleep(500)
        step = await ask('rotate-master-key', { ...newKeyFile, next: step.next })
      }
    })
  },
}

function waitingText({
  waitingFor,
  newKeyAt,
}: {
  readonly waitingFor: readonly string[]
  readonly newKeyAt: string
}): string {
  if (waitingFor.length === 0) return ''
  return `Waiting for ${waitingFor.join('; ')}.
Each process needs the new key beside its own, in a file with ".next" after its name and mode 0600; here that is
  ${newKeyAt}
`
}

function farewell(keyAt: string, rewrapped: number, isInEnvironment: boolean): string {
  const place = isInEnvironment
    ? `The new key is in ${keyAt}.next: put it into CHANCERY_MASTER_KEY of every process before its next start.`
    : `The key of now is ${keyAt}; the former one lies beside it, with ".old-" and its id after its name.`
  return `The master key is rotated: ${rewrapped} secrets were rewrapped.
${place}
Make a backup now. Backups of before open with the former key alone: keep it with them, away from this machine, as long as you
keep them, and then destroy it. If it was given away, those backups and what they hold were given away too.
`
}
