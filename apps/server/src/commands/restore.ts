import { resolve } from 'node:path'
import { restoreBackup } from '../backup/restore-backup.ts'
import { restoreReport } from '../backup/restore-report.ts'
import { systemClock, systemRandom } from '../platform/clock-and-random.ts'
import { idMaker } from '../platform/ids.ts'
import { givenMasterKey, masterKeyFileOf } from './backup.ts'
import { type Command, optionalText, textOf } from './command.ts'
import { readPasswordFile } from './secret-file.ts'

/** `chancery restore`: a backup becomes an installation that can be served. */
export const restoreCommand: Command = {
  name: 'restore',
  summary: 'Puts a backup into an empty data folder, and says what may be missing',
  details: `On PostgreSQL the dump is loaded first: into an empty database the command prints the line of pg_restore that does it.
CRL numbers jump forward, and CRLs are made anew at the start. Nothing is overwritten.`,
  options: {
    from: { value: 'FOLDER', meaning: 'the folder that `backup` made', required: true },
    'passphrase-file': { value: 'FILE', meaning: 'the passphrase of the master key in the backup' },
  },
  run: async ({ options, config, io }) => {
    const passphraseFile = optionalText(options, 'passphrase-file')
    const masterKeyFile = masterKeyFileOf(config)
    const { databaseUrl, dataFolder } = config
    const result = await restoreBackup({
      from: resolve(textOf(options, 'from')),
      dataFolder,
      masterKeyFile,
      ...givenMasterKey(config),
      now: systemClock,
      newId: idMaker(systemClock, systemRandom),
      ...(databaseUrl !== undefined && { databaseUrl }),
      ...(passphraseFile !== undefined && { passphrase: readPasswordFile(passphraseFile) }),
    })
    io.out(restoreReport(result))
    if (result.masterKey === 'missing') {
      io.err(`The server starts when the master key ${result.masterKeyId} is in ${masterKeyFile} (mode 0600).\n`)
    }
  },
}
