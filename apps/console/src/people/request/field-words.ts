import type { SubjectAltName } from '../../api/operations.ts'

/** A field's label, and words about it for who has never seen X.509. */
export type Words = readonly [label: string, hint?: string]

/** Attributes of subjects, by the names that the API gives them. */
export const SUBJECT_FIELDS: Readonly<Record<string, Words | undefined>> = {
  commonName: [
    'Name',
    'Of the person, the device or the host that the certificate is for. Its technical name is common name.',
  ],
  givenName: ['Given name'],
  surname: ['Surname'],
  emailAddress: ['E-mail address in the certificate'],
  serialNumber: ['Serial number of the device or person'],
  title: ['Title'],
  organizationalUnitName: ['Department'],
  organizationName: ['Organization'],
  localityName: ['Town'],
  stateOrProvinceName: ['State or province'],
  countryName: ['Country', 'Two letters, such as DE.'],
}

/** Those that are offered where a template takes any. */
export const USUAL_SUBJECT = [
  'commonName',
  'organizationName',
  'organizationalUnitName',
  'localityName',
  'stateOrProvinceName',
  'countryName',
]

/** Kinds of alternative names that people can type. */
export const NAME_FIELDS: Readonly<Partial<Record<SubjectAltName['type'], Words>>> = {
  dns: ['Host names', 'One a line, such as www.example.com.'],
  ip: ['IP addresses', 'One a line, such as 192.0.2.1.'],
  email: ['E-mail addresses', 'One a line.'],
  uri: ['Web addresses (URIs)', 'One a line.'],
  upn: ['User names of Windows (UPN)', 'One a line, such as ann@corp.example.com.'],
  registeredId: ['Registered ids', 'Object identifiers, one a line.'],
}
