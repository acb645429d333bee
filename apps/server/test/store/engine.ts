import assert from 'node:assert/strict'
import { Refusal, type RefusalCode } from '@chancery/pki'
import { newId, type OpenedStores } from '../support/stores.ts'

/** What a contract runs on. */
export interface Engine {
  /** One database for all tests that keep to a tenant of their own. */
  shared(): Promise<OpenedStores>
  /** An empty one, for what concerns an installation as a whole. */
  fresh(): Promise<OpenedStores>
}

/** A tenant that nobody else knows of. */
export async function newTenant({ database }: OpenedStores): Promise<string> {
  const id = newId()
  await database.write((trx) =>
    trx
      .insertInto('tenant')
      .values({ id, name: `Tenant ${id}`, issuer_version: 0, created_at: 0 })
      .execute(),
  )
  return id
}

/** Passes when the promise is refused with this code and in such words. */
export async function refused(promise: Promise<unknown>, code: RefusalCode, words = /./): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof Refusal, String(error))
    assert.equal(error.code, code)
    assert.match(error.message, words)
    return true
  })
}

/** How many of several attempts at once were accepted; all others must have been refused with this code. */
export async function accepted(attempts: readonly Promise<unknown>[], otherwise: RefusalCode): Promise<number> {
  const results = await Promise.allSettled(attempts)
  for (const result of results) {
    if (result.status === 'fulfilled') continue
    assert.ok(result.reason instanceof Refusal, String(result.reason))
    assert.equal(result.reason.code, otherwise)
  }
  return results.filter(({ status }) => status === 'fulfilled').length
}

/** The actions of the audit records about an object, oldest first. */
export async function recorded(
  { database }: Pick<OpenedStores, 'database'>,
  tenant: string,
  objectId: string,
): Promise<string[]> {
  const rows = await database.read((db) =>
    db
      .selectFrom('audit_record')
      .select('action')
      .where('tenant', '=', tenant)
      .where('object_id', '=', objectId)
      .orderBy('id')
      .execute(),
  )
  return rows.map(({ action }) => action)
}
