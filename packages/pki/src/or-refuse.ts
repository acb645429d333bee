import { DerError } from '@chancery/x509'
import type { CertificateField } from './lints/lint-row.ts'
import { Refusal } from './refusal.ts'

/**
 * Runs `encode`; a value that its type cannot hold, a Greek letter in a countryName say, becomes a `Refusal` 'name-not-allowed' at its
 * field. `within`: the field of the certificate in which all of it stands.
 */
export function orRefuse<T>(encode: () => T, within?: CertificateField): T {
  try {
    return encode()
  } catch (error) {
    if (!(error instanceof DerError)) throw error
    const { path, message } = within === undefined ? error : error.within(within)
    const detail = `This cannot stand in a certificate: ${message}. Change it, or leave it out.`
    throw new Refusal('name-not-allowed', detail, [{ field: path || 'tbsCertificate', ...RULE, detail }])
  }
}

const RULE = { rule: 'Each field holds what its type can hold.', cites: 'RFC 5280 §4.1' }
