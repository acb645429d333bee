/** Attributes of a subject, in the order in which forms show them. */
export const SUBJECT_ATTRIBUTES = [
  { type: 'commonName', label: 'Common name', short: 'CN' },
  { type: 'organizationName', label: 'Organization', short: 'O' },
  { type: 'organizationalUnitName', label: 'Organizational unit', short: 'OU' },
  { type: 'countryName', label: 'Country (two letters)', short: 'C' },
  { type: 'stateOrProvinceName', label: 'State or province', short: 'ST' },
  { type: 'localityName', label: 'Locality', short: 'L' },
  { type: 'streetAddress', label: 'Street', short: 'STREET' },
  { type: 'postalCode', label: 'Postal code', short: 'postalCode' },
  { type: 'serialNumber', label: 'Serial number', short: 'SERIALNUMBER' },
  { type: 'domainComponent', label: 'Domain component', short: 'DC' },
  { type: 'userId', label: 'User id', short: 'UID' },
  { type: 'emailAddress', label: 'E-mail address', short: 'E' },
  { type: 'title', label: 'Title', short: 'title' },
  { type: 'givenName', label: 'Given name', short: 'GN' },
  { type: 'surname', label: 'Surname', short: 'SN' },
  { type: 'initials', label: 'Initials', short: 'initials' },
  { type: 'pseudonym', label: 'Pseudonym', short: 'pseudonym' },
  { type: 'generationQualifier', label: 'Generation qualifier', short: 'generationQualifier' },
  { type: 'dnQualifier', label: 'DN qualifier', short: 'dnQualifier' },
] as const

/** Types of subject alternative names. */
export const NAME_TYPES = [
  { type: 'dns', label: 'DNS name', example: 'www.example.com' },
  { type: 'ip', label: 'IP address', example: '192.0.2.10' },
  { type: 'email', label: 'E-mail address', example: 'ann@example.com' },
  { type: 'uri', label: 'URI', example: 'https://example.com/id' },
  { type: 'upn', label: 'User principal name', example: 'ann@corp.example.com' },
  { type: 'directoryName', label: 'Directory name', example: 'CN=Ann,O=Example' },
  { type: 'registeredId', label: 'Registered id', example: '1.3.6.1.4.1.99999.1' },
] as const

const ATTRIBUTE_LABELS = new Map<string, string>(SUBJECT_ATTRIBUTES.map(({ type, label }) => [type, label]))

/** What an attribute is called where its value stands beside it; its own name where we have none. */
export function attributeLabel(type: string): string {
  return ATTRIBUTE_LABELS.get(type)?.replace(/ \(.*/, '') ?? type
}
