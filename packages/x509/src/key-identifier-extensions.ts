import type { Infer } from './der/codec.ts'
import { implicit, integer, octetString } from './der/primitives.ts'
import { optional, sequence } from './der/structures.ts'
import type { ExtensionType } from './extensions.ts'
import { GeneralNames } from './general-name.ts'

/** Which key a certificate is for, and which key signed it. */

/** subjectKeyIdentifier (RFC 5280 §4.2.1.2). */
export const SubjectKeyIdentifier: ExtensionType<Uint8Array> = {
  id: '2.5.29.14',
  name: 'subjectKeyIdentifier',
  codec: octetString,
}

const AuthorityKeyIdentifierSyntax = sequence({
  keyIdentifier: optional(implicit(0, octetString)),
  authorityCertIssuer: optional(implicit(1, GeneralNames)),
  authorityCertSerialNumber: optional(implicit(2, integer)),
})

/**
 * authorityKeyIdentifier (RFC 5280 §4.2.1.1)
 *
 *     AuthorityKeyIdentifier ::= SEQUENCE {
 *          keyIdentifier             [0] KeyIdentifier           OPTIONAL,
 *          authorityCertIssuer       [1] GeneralNames            OPTIONAL,
 *          authorityCertSerialNumber [2] CertificateSerialNumber OPTIONAL  }
 */
export const AuthorityKeyIdentifier: ExtensionType<AuthorityKeyIdentifier> = {
  id: '2.5.29.35',
  name: 'authorityKeyIdentifier',
  codec: AuthorityKeyIdentifierSyntax,
}
export type AuthorityKeyIdentifier = Infer<typeof AuthorityKeyIdentifierSyntax>
