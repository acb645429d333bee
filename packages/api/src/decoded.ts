import { type Static, Type } from 'typebox'
import { closed, listOf } from './closed.ts'
import { ref } from './named.ts'
import { SubjectAttribute } from './names.ts'
import { Timestamp } from './values.ts'

export const DecodedName = closed(
  {
    text: Type.String({ description: 'RFC 4514.' }),
    attributes: listOf(ref(SubjectAttribute), { description: 'In the order in which they are written.' }),
  },
  { $id: 'DecodedName', description: 'A distinguished name.' },
)

export const DecodedSubjectAltName = closed(
  {
    type: Type.String({
      description: 'dns, ip, email, uri, upn, directoryName, registeredId, otherName or unsupported.',
    }),
    value: Type.String({ description: 'As text; octets in hexadecimal after a #.' }),
  },
  { $id: 'DecodedSubjectAltName', description: 'A subject alternative name of a certificate or of a request.' },
)

export const DecodedPublicKey = closed(
  {
    type: Type.String({ description: 'A key type of Chancery, or what it is instead, e.g. rsa-1024.' }),
    bits: Type.Optional(Type.Integer({ description: 'Of an RSA modulus.' })),
    curve: Type.Optional(Type.String({ description: 'The name of a curve, or its object identifier.' })),
    fingerprint: Type.String({ description: 'SHA-256 of the SubjectPublicKeyInfo, hexadecimal.' }),
  },
  { $id: 'DecodedPublicKey', description: 'A public key.' },
)

export const DecodedExtension = closed(
  {
    id: Type.String({ description: 'Object identifier.' }),
    name: Type.Optional(Type.String({ description: "The standard's name, e.g. keyUsage." })),
    critical: Type.Boolean(),
    value: Type.Optional(
      Type.Unknown({ description: 'What it says. Absent for an extension that is not known here.' }),
    ),
    hex: Type.String({ description: 'The DER inside its OCTET STRING, hexadecimal.' }),
  },
  { $id: 'DecodedExtension', description: 'An extension of a certificate or of a request.' },
)

const FIELDS = {
  serialNumber: Type.String({ description: 'Hexadecimal.' }),
  signatureAlgorithm: Type.String({ description: 'A signature algorithm of Chancery, or an object identifier.' }),
  issuer: ref(DecodedName),
  subject: ref(DecodedName),
  subjectAltNames: listOf(ref(DecodedSubjectAltName)),
  notBefore: Timestamp,
  notAfter: Timestamp,
  publicKey: ref(DecodedPublicKey),
  extensions: listOf(ref(DecodedExtension)),
}

export const DecodedTbsCertificate = closed(FIELDS, {
  $id: 'DecodedTbsCertificate',
  description: 'What a certificate would say, before anybody signs it.',
})

export const DecodedCertificate = closed(
  {
    ...FIELDS,
    fingerprints: closed(
      {
        sha1: Type.String({ description: 'Hexadecimal. Only to find a certificate in software that shows it.' }),
        sha256: Type.String({ description: 'Hexadecimal.' }),
      },
      { description: 'Of the DER.' },
    ),
  },
  { $id: 'DecodedCertificate', description: 'What a certificate says.' },
)
export type DecodedCertificate = Static<typeof DecodedCertificate>

export const DecodedRequest = closed(
  {
    subject: ref(DecodedName),
    subjectAltNames: listOf(ref(DecodedSubjectAltName)),
    publicKey: ref(DecodedPublicKey),
    signatureAlgorithm: Type.String({ description: 'A signature algorithm of Chancery, or an object identifier.' }),
    extensions: listOf(ref(DecodedExtension), { description: 'The extensions that are requested.' }),
  },
  { $id: 'DecodedRequest', description: 'What a PKCS#10 certification request says.' },
)
