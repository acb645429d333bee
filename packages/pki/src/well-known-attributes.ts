import type { Oid } from '@chancery/x509'

/** Attributes of subjects that rules speak of by themselves. */
export const COMMON_NAME: Oid = '2.5.4.3'
export const COUNTRY_NAME: Oid = '2.5.4.6'
export const JURISDICTION_COUNTRY_NAME: Oid = '1.3.6.1.4.1.311.60.2.1.3'
export const EMAIL_ADDRESS: Oid = '1.2.840.113549.1.9.1'

/** What is wrong with a type of attribute by a name that nobody knows. */
export function unknownAttribute(type: string): string {
  return `"${type.slice(0, 50)}" is the name of no attribute that is known here. Write its object identifier instead.`
}
