import { DerError } from '@chancery/x509'
import { Refusal } from './refusal.ts'

/** Runs `encode`; a value that its type cannot hold, a Greek letter in a countryName say, becomes a `Refusal`. */
export function orRefuse<T>(encode: () => T): T {
  try {
    return encode()
  } catch (error) {
    if (!(error instanceof DerError)) throw error
    const detail = `This cannot stand in a certificate: ${error.message}.`
    throw new Refusal('name-not-allowed', detail, [{ ...(error.path && { field: error.path }), detail }])
  }
}
