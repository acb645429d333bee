import { sha256 } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import type { NewGeneration } from '../authorities/authority-store.ts'
import { isUniqueViolation } from './database-errors.ts'
import type { TenantContext } from './store-context.ts'

/** Runs a change; tells which of the things that must be unique was taken. */
export async function refuseTaken<Result>(
  { database, tenant }: TenantContext,
  generation: NewGeneration | undefined,
  name: string | undefined,
  change: () => Promise<Result>,
): Promise<Result> {
  try {
    return await change()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    const owner =
      generation &&
      (await database.read((db) =>
        db
          .selectFrom('generation')
          .innerJoin('authority', 'authority.id', 'generation.authority')
          .select('authority.name')
          .where('generation.tenant', '=', tenant)
          .where('public_key_hash', '=', sha256(generation.publicKey))
          .where('sealed_key', 'is not', null)
          .executeTakeFirst(),
      ))
    if (owner !== undefined) throw new Refusal('conflict', `This public key belongs to the CA "${owner.name}" already.`)
    const taken = name === undefined ? 'This CA was given a new key by somebody else just now.' : NAME_TAKEN
    throw new Refusal('conflict', taken, name === undefined ? [] : [{ field: '/subject', detail: NAME_TAKEN }])
  }
}
const NAME_TAKEN = 'Another CA has this name: choose another common name.'
