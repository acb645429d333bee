import { MasterKeyUnsure } from './master-keys/open-keys.ts'
import type { StorageWatch } from './platform/storage-watch.ts'
import { isStorageFull, isUnavailable } from './store/database-errors.ts'

/** What a client may try again after: the database is away or was until just now, somebody holds it, or its disk has no room. */
export function mayBeTriedAgain(error: unknown, storage: Pick<StorageWatch, 'heardOfFullDisk'>): boolean {
  if (isStorageFull(error)) {
    storage.heardOfFullDisk()
    return true
  }
  return isUnavailable(error) || error instanceof MasterKeyUnsure
}
