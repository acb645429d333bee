import type { SealedKey } from './seal-key.ts'

/** A key that was made here and waits until its file is had. Neither the link of a claim nor the password is in it. */
export interface KeptKey extends SealedKey {
  /** What it was made for, as a hash: who finds this cannot open the link of a claim. */
  readonly id: string
  /** PEM. */
  readonly csr: string
  readonly system: string
  /** Milliseconds since the epoch: nobody needs the key here after it. */
  readonly expiresAt: number
}

const DATABASE = 'chancery-keys'
const KEYS = 'keys'

/** The id of the key that is kept for a link, or for the renewal of a certificate. */
export async function keptIdOf(purpose: 'claim' | 'renewal', of: string): Promise<string> {
  const octets = new TextEncoder().encode(`chancery ${purpose} ${of}`)
  return new Uint8Array(await crypto.subtle.digest('SHA-256', octets)).toHex()
}

/** Keeps a key, unless another is kept under the same id: then it throws, and the other one stays. */
export async function keepKey(key: KeptKey): Promise<void> {
  await inStore('readwrite', (keys) => keys.add(key))
}

/** The key that is kept under this id. What has ended is removed on the way. */
export async function findKey(id: string, now: number): Promise<KeptKey | undefined> {
  // What stands there was written by `keepKey`.
  const all = (await inStore('readonly', (keys) => keys.getAll())) as readonly KeptKey[]
  for (const { id: ended } of all.filter(({ expiresAt }) => expiresAt < now)) await forgetKey(ended)
  return all.find((key) => key.id === id && key.expiresAt >= now)
}

export async function forgetKey(id: string): Promise<void> {
  await inStore('readwrite', (keys) => keys.delete(id))
}

async function inStore<T>(mode: IDBTransactionMode, work: (keys: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1)
  opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore(KEYS, { keyPath: 'id' }))
  const database = await resultOf(opening)
  try {
    const transaction = database.transaction(KEYS, mode, { durability: 'strict' })
    const written = new Promise<void>((resolve, reject) => {
      transaction.addEventListener('complete', () => resolve())
      transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('the browser kept nothing')))
    })
    const [result] = await Promise.all([resultOf(work(transaction.objectStore(KEYS))), written])
    return result
  } finally {
    database.close()
  }
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('the browser keeps nothing')))
  })
}
