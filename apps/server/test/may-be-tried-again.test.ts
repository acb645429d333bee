import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MasterKeyUnsure } from '../src/master-keys/open-keys.ts'
import { mayBeTriedAgain } from '../src/may-be-tried-again.ts'
import { CommitUnknown, DatabaseBusy, DatabaseUnavailable, TransactionMisused } from '../src/store/database-errors.ts'

test('what passes by itself may be tried again, and a fault of ours may not', () => {
  let full = 0
  const storage = { heardOfFullDisk: () => void full++ }
  const passes = [new DatabaseUnavailable(), new DatabaseBusy(), new CommitUnknown(), new MasterKeyUnsure()]

  for (const error of passes) assert.equal(mayBeTriedAgain(error, storage), true, error.name)
  for (const error of [new TransactionMisused(), new TypeError()]) {
    assert.equal(mayBeTriedAgain(error, storage), false, error.name)
  }
  assert.equal(full, 0)
  assert.equal(mayBeTriedAgain(Object.assign(new Error(), { code: '53100', severity: 'ERROR' }), storage), true)
  assert.equal(full, 1, 'the watch on the disk hears of it')
})
