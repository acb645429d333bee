import { addressesCases } from './addresses.ts'
import { basicConstraintsCases } from './basic-constraints.ts'
import { extendedKeyUsageCases } from './extended-key-usage.ts'
import { extensionsCases } from './extensions.ts'
import { issuerConstraintsCases } from './issuer-constraints.ts'
import { keyIdentifiersCases } from './key-identifiers.ts'
import { keyUsageCases } from './key-usage.ts'
import type { LintCases } from './lint-case.ts'
import { policiesCases } from './policies.ts'
import { publicKeyCases } from './public-key.ts'
import { serialCases } from './serial.ts'
import { signatureCases } from './signature.ts'
import { subjectCases } from './subject.ts'
import { subjectAltNameCases } from './subject-alt-name.ts'
import { validityCases } from './validity.ts'

/** Every lint by name, with certificates that break it and certificates that keep it narrowly. */
export const CASES: Readonly<Record<string, LintCases>> = {
  ...addressesCases,
  ...basicConstraintsCases,
  ...extendedKeyUsageCases,
  ...extensionsCases,
  ...issuerConstraintsCases,
  ...keyIdentifiersCases,
  ...keyUsageCases,
  ...policiesCases,
  ...publicKeyCases,
  ...serialCases,
  ...signatureCases,
  ...subjectAltNameCases,
  ...subjectCases,
  ...validityCases,
}
