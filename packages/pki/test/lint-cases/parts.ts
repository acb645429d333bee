import {
  ExtendedKeyUsage,
  type GeneralName,
  KeyUsage,
  type KeyUsageBit,
  makeExtension,
  makeName,
  type Oid,
  SubjectAltName,
} from '@chancery/x509'
import { intermediateProfile } from '../../src/index.ts'
import { keyOf, subordinate } from '../world.ts'

import { plainCa } from './lint-case.ts'

export const caProfile = intermediateProfile()
export const serverBits = (...bits: readonly KeyUsageBit[]) => [makeExtension(KeyUsage, bits, true)]
export const purposes = (...ids: readonly Oid[]) => [makeExtension(ExtendedKeyUsage, ids)]
export const names = (...values: readonly GeneralName[]) => [makeExtension(SubjectAltName, values)]
export const subject =
  (...attributes: readonly (readonly [Oid, string])[]) =>
  () => ({
    subject: makeName(attributes.map(([type, value]) => [{ type, value }])),
  })
export const directory = (...attributes: readonly (readonly [Oid, string])[]) =>
  ({ type: 'directoryName', value: makeName(attributes.map(([type, value]) => [{ type, value }])) }) as const
export const CN = '2.5.4.3'
export const O = '2.5.4.10'
export const C = '2.5.4.6'
export const EMAIL = '1.2.840.113549.1.9.1'

export const sub = (options: Parameters<typeof intermediateProfile>[0], above = plainCa, name = 'Subordinate') =>
  subordinate(above, intermediateProfile(options), name, keyOf('ecdsa-p256', 1), true)
export const constrained = (permitted: readonly string[], excluded: readonly string[] = []) =>
  sub({
    nameConstraints: {
      permitted: permitted.map((value) => ({ type: 'dns', value })),
      excluded: excluded.map((value) => ({ type: 'dns', value })),
    },
  })
