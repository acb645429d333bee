import assert from 'node:assert/strict'
import { until } from '../../../../test/support/until.ts'
import type { Folder, Started } from './chancery.ts'

/** Makes the first account. */
export async function setUp(folder: Folder): Promise<void> {
  const password = folder.file('password', 'correct horse battery\n')
  const made = await folder.chancery([
    ...['setup', '--email', 'ann@example.com', '--password-file', password, '--token-file', folder.file('token')],
  ])
  assert.equal(made.code, 0, made.err)
}

/** A server of which every record is sealed. */
export async function sealedServer(folder: Folder): Promise<Started> {
  const server = await folder.serve()
  await until(async () => {
    const { out } = await folder.chancery(['audit', 'verify'])
    return /^0 records are not sealed yet/m.test(out)
  }, 'not all was sealed')
  return server
}
