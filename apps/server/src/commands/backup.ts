import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type MasterKey, parseMasterKey } from '@chancery/keys'
import { BACKUP_FILES } from '../backup/backup-manifest.ts'
import { makeBackup } from '../backup/make-backup.ts'
import { dumpLine, PASSWORD_ELSEWHERE, withoutPassword } from '../backup/postgres-lines.ts'
import { systemClock, systemRandom } from '../platform/clock-and-random.ts'
import type { Config } from '../platform/config.ts'
import { idMaker } from '../platform/ids.ts'
import { type Command, type CommandIo, optionalText, textOf, UsageError } from './command.ts'
import { DataFolderError, hasDatabase } from './data-folder.ts'
import { readPasswordFile } from './secret-file.ts'

/** `chancery backup`: an installation as it is at one moment, in a new folder. */
export const backupCommand: Command = {
  name: 'backup',
  summary: 'Saves the installation into a new folder, while it runs or not',
  details: `On SQLite the database is copied as it is at one moment, and the copy is checked; who is served notices nothing.
On PostgreSQL it prints the line of pg_dump that saves the database, and saves the rest.
The master key stays out unless --with-master-key is given: without it nothing that was sealed can be opened again.`,
  options: {
    to: { value: 'FOLDER', meaning: 'a folder that is not there yet (made with mode 0700)', required: true },
    'with-master-key': { meaning: 'put the master key into the backup, under a passphrase' },
    'passphrase-file': { value: 'FILE', meaning: 'the passphrase for it: 12 characters or more' },
  },
  run: async ({ options, config, io }) => {
    const withKey = options['with-master-key'] === true
    const passphraseFile = optionalText(options, 'passphrase-file')
    if (withKey !== (passphraseFile !== undefined)) {
      throw new UsageError('--with-master-key and --passphrase-file go together.')
    }
    const { databaseUrl, dataFolder, masterKeyText } = config
    if (databaseUrl === undefined && !hasDatabase(dataFolder)) {
      throw new DataFolderError(`There is no installation in ${dataFolder}. Set CHANCERY_DATA to its data folder.`)
    }
    const to = resolve(textOf(options, 'to'))
    const manifest = await makeBackup({
      to,
      id: idMaker(systemClock, systemRandom)(),
      now: systemClock,
      masterKeyFile: masterKeyFileOf(config),
      ...givenMasterKey(config),
      ...(databaseUrl === undefined && { databaseFile: join(dataFolder, BACKUP_FILES.database) }),
      ...(passphraseFile !== undefined && { passphrase: readPasswordFile(passphraseFile) }),
    })
    io.err(`All that was acknowledged before ${new Date(manifest.madeAt).toISOString()} is in ${to}.\n`)
    if (databaseUrl !== undefined) tellOfDump(databaseUrl, to, io)
    io.err(
      withKey
        ? `The master key ${manifest.masterKeyId} is in it, under the passphrase. Keep that elsewhere.\n`
        : `The master key ${manifest.masterKeyId} is not in it: it is in ${masterKeyText === undefined ? masterKeyFileOf(config) : 'CHANCERY_MASTER_KEY'}. Keep a copy elsewhere: without it\nnothing that was sealed can be opened again.\n`,
    )
  },
}

/** Where an installation's master key is. */
export function masterKeyFileOf({ masterKeyFile, dataFolder }: Config): string {
  return masterKeyFile ?? join(dataFolder, 'master.key')
}

/** The master key that the environment holds, where it does. Throws `MasterKeyError` for other text. */
export function givenMasterKey({ masterKeyText }: Config): { readonly masterKey?: MasterKey } {
  return masterKeyText === undefined ? {} : { masterKey: parseMasterKey(masterKeyText(), 'CHANCERY_MASTER_KEY') }
}

function tellOfDump(databaseUrl: string, to: string, io: CommandIo): void {
  const file = join(to, BACKUP_FILES.dump)
  if (existsSync(file)) return
  io.err('The database is not in it yet. This line saves it there, from a program as new as the server or newer:\n')
  io.out(`${dumpLine(databaseUrl, file)}\n`)
  if (withoutPassword(databaseUrl).hadPassword) io.err(`${PASSWORD_ELSEWHERE}\n`)
}
