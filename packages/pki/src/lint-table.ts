import * as addresses from './lints/addresses.ts'
import * as basicConstraints from './lints/basic-constraints.ts'
import * as extendedKeyUsage from './lints/extended-key-usage.ts'
import * as extensions from './lints/extensions.ts'
import * as issuerConstraints from './lints/issuer-constraints.ts'
import * as keyIdentifiers from './lints/key-identifiers.ts'
import * as keyUsage from './lints/key-usage.ts'
import type { Lint } from './lints/lint-row.ts'
import * as policies from './lints/policies.ts'
import * as publicKey from './lints/public-key.ts'
import * as serial from './lints/serial.ts'
import * as signature from './lints/signature.ts'
import * as subject from './lints/subject.ts'
import * as subjectAltName from './lints/subject-alt-name.ts'
import * as validity from './lints/validity.ts'

/** All lints by name, in the order in which they are told. */
export const LINTS: readonly (readonly [name: string, lint: Lint])[] = [
  serial,
  validity,
  subject,
  subjectAltName,
  publicKey,
  keyUsage,
  extendedKeyUsage,
  basicConstraints,
  issuerConstraints,
  keyIdentifiers,
  policies,
  addresses,
  extensions,
  signature,
].flatMap((rows) => Object.entries<Lint>(rows))
