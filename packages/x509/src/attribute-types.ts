import { isOid, type Oid } from './der/oid.ts'

/** An attribute of a distinguished name: its names, its identifier and how its values are written. */
export interface AttributeType {
  /** The attribute's name in its standard. */
  readonly type: string
  /** What stands before `=` in a distinguished name as text: RFC 4514 §3 where that has one, else the name OpenSSL uses. */
  readonly short: string
  readonly oid: Oid
  /** The string type that Chancery writes. RFC 5280 Appendix A.1 fixes it for some; UTF8String wherever there is a choice. */
  readonly string: 'utf8' | 'printable' | 'ia5'
  /** The most characters a value may have, where a standard sets a bound. */
  readonly upperBound?: number
}

/**
 * Attributes with a name. Bounds are RFC 5280 Appendix A.1's; X.520's for street address, postal code and business category,
 * RFC 1274's for UID.
 */
export const ATTRIBUTE_TYPES = [
  { type: 'commonName', short: 'CN', oid: '2.5.4.3', string: 'utf8', upperBound: 64 },
  { type: 'organizationName', short: 'O', oid: '2.5.4.10', string: 'utf8', upperBound: 64 },
  { type: 'organizationalUnitName', short: 'OU', oid: '2.5.4.11', string: 'utf8', upperBound: 64 },
  { type: 'countryName', short: 'C', oid: '2.5.4.6', string: 'printable', upperBound: 2 },
  { type: 'stateOrProvinceName', short: 'ST', oid: '2.5.4.8', string: 'utf8', upperBound: 128 },
  { type: 'localityName', short: 'L', oid: '2.5.4.7', string: 'utf8', upperBound: 128 },
  { type: 'streetAddress', short: 'STREET', oid: '2.5.4.9', string: 'utf8', upperBound: 128 },
  { type: 'postalCode', short: 'postalCode', oid: '2.5.4.17', string: 'utf8', upperBound: 40 },
  { type: 'domainComponent', short: 'DC', oid: '0.9.2342.19200300.100.1.25', string: 'ia5' },
  { type: 'userId', short: 'UID', oid: '0.9.2342.19200300.100.1.1', string: 'utf8', upperBound: 256 },
  { type: 'emailAddress', short: 'emailAddress', oid: '1.2.840.113549.1.9.1', string: 'ia5', upperBound: 255 },
  { type: 'serialNumber', short: 'serialNumber', oid: '2.5.4.5', string: 'printable', upperBound: 64 },
  { type: 'surname', short: 'SN', oid: '2.5.4.4', string: 'utf8', upperBound: 32768 },
  { type: 'givenName', short: 'GN', oid: '2.5.4.42', string: 'utf8', upperBound: 32768 },
  { type: 'initials', short: 'initials', oid: '2.5.4.43', string: 'utf8', upperBound: 32768 },
  { type: 'generationQualifier', short: 'generationQualifier', oid: '2.5.4.44', string: 'utf8', upperBound: 32768 },
  { type: 'name', short: 'name', oid: '2.5.4.41', string: 'utf8', upperBound: 32768 },
  { type: 'title', short: 'title', oid: '2.5.4.12', string: 'utf8', upperBound: 64 },
  { type: 'pseudonym', short: 'pseudonym', oid: '2.5.4.65', string: 'utf8', upperBound: 128 },
  { type: 'dnQualifier', short: 'dnQualifier', oid: '2.5.4.46', string: 'printable' },
  { type: 'organizationIdentifier', short: 'organizationIdentifier', oid: '2.5.4.97', string: 'utf8' },
  { type: 'businessCategory', short: 'businessCategory', oid: '2.5.4.15', string: 'utf8', upperBound: 128 },
  { type: 'jurisdictionLocalityName', short: 'jurisdictionL', oid: '1.3.6.1.4.1.311.60.2.1.1', string: 'utf8' },
  { type: 'jurisdictionStateOrProvinceName', short: 'jurisdictionST', oid: '1.3.6.1.4.1.311.60.2.1.2', string: 'utf8' },
  { type: 'jurisdictionCountryName', short: 'jurisdictionC', oid: '1.3.6.1.4.1.311.60.2.1.3', string: 'printable' },
  { type: 'unstructuredName', short: 'unstructuredName', oid: '1.2.840.113549.1.9.2', string: 'utf8' },
  { type: 'unstructuredAddress', short: 'unstructuredAddress', oid: '1.2.840.113549.1.9.8', string: 'utf8' },
] as const satisfies readonly AttributeType[]

const rows: readonly AttributeType[] = ATTRIBUTE_TYPES
const byOid = new Map(rows.map((row) => [row.oid, row]))
const byName = new Map(rows.flatMap((row) => [row.type, row.short].map((name) => [name.toLowerCase(), row])))

/** What is known of this attribute, if it is in the table. */
export function attributeType(oid: Oid): AttributeType | undefined {
  return byOid.get(oid)
}

/** The standard's name of this attribute, or the identifier itself when it is not in the table. */
export function attributeTypeName(oid: Oid): string {
  return byOid.get(oid)?.type ?? oid
}

/** The attribute that this text names: `commonName`, `CN` (in any case) or `2.5.4.3`; `undefined` when it names none. */
export function attributeTypeOid(nameOrOid: string): Oid | undefined {
  const row = byName.get(nameOrOid.toLowerCase())
  return row?.oid ?? (isOid(nameOrOid) ? nameOrOid : undefined)
}
