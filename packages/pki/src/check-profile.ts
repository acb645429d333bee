import {
  DerError,
  EXTENDED_KEY_USAGES,
  isOid,
  KEY_TYPES,
  KEY_USAGE_BITS,
  type KeyUsageBit,
  NO_EXPIRATION,
  type Oid,
  SIGNATURE_ALGORITHMS,
} from '@chancery/x509'
import { ALLOW_RULE_TYPES, checkAllowRule } from './allow-rules.ts'
import { checkNameConstraints } from './check-name-constraints.ts'
import { checkProfileNames } from './check-profile-names.ts'
import { whyNotCopied, whyNotExtra } from './managed-extensions.ts'
import type { Duration, Profile } from './profile.ts'
import type { Problem } from './refusal.ts'
import { webAddressProblem } from './uri.ts'
import { inWords, millisecondsOf } from './validity.ts'

/**
 * All that is wrong with a profile as a whole, each with a JSON pointer into it. Empty: it may be stored. What it
 * says about the certificates of some keys only, the lints say: see `preview`.
 */
export function checkProfile(profile: Profile): readonly Problem[] {
  return [
    ...checkProfileNames(profile),
    ...checkKeyTypes(profile),
    ...checkValidity(profile.validity),
    ...checkUsages(profile),
    ...checkBasicConstraints(profile),
    ...checkAddresses(profile),
    ...checkPolicies(profile),
    ...checkNameConstraints(profile.nameConstraints, profile.basicConstraints?.ca === true),
    ...checkExtensions(profile),
    ...checkRules(profile),
  ]
}

const LONGEST: Duration = { days: 36525 }
const LONGEST_BACKDATE_MINUTES = 7 * 24 * 60
const LARGEST_EXTENSION = 8192

function checkKeyTypes({ keyTypes, signatureAlgorithm }: Profile): Problem[] {
  const none = keyTypes.length === 0 ? [problem('/keyTypes', 'Choose a key type at least.')] : []
  const types = keyTypes.flatMap((type, at) => {
    if (!KEY_TYPES.includes(type)) return [problem(`/keyTypes/${at}`, `"${type}" is no key type.`)]
    return keyTypes.indexOf(type) === at ? [] : [problem(`/keyTypes/${at}`, `${type} is there twice.`)]
  })
  const isUnknown = signatureAlgorithm !== undefined && !SIGNATURE_ALGORITHMS.includes(signatureAlgorithm)
  const algorithm = isUnknown
    ? [problem('/signatureAlgorithm', `"${String(signatureAlgorithm).slice(0, 50)}" is no signature algorithm.`)]
    : []
  return [...none, ...types, ...algorithm]
}

function checkValidity(validity: Profile['validity']): Problem[] {
  const { maximum, notAfter, backdateMinutes } = validity
  const isTooLong = maximum !== undefined && millisecondsOf(validity.default) > millisecondsOf(maximum)
  const isNoEnd = notAfter !== undefined && !(Number.isInteger(notAfter) && notAfter > 0 && notAfter <= NO_EXPIRATION)
  const isNoCount = !(Number.isInteger(backdateMinutes) && backdateMinutes >= 0)
  return [
    ...checkDuration('/validity/default', validity.default),
    ...(maximum === undefined ? [] : checkDuration('/validity/maximum', maximum)),
    ...(isTooLong ? [problem('/validity/default', 'It is longer than the maximum.')] : []),
    ...(isNoEnd ? [problem('/validity/notAfter', 'Choose an end before the year 10000.')] : []),
    ...(isNoCount || backdateMinutes > LONGEST_BACKDATE_MINUTES
      ? [problem('/validity/backdateMinutes', `Choose from 0 to ${LONGEST_BACKDATE_MINUTES} minutes.`)]
      : []),
  ]
}

function checkDuration(field: string, duration: Duration): Problem[] {
  const count = 'days' in duration ? duration.days : duration.hours
  if (Number.isInteger(count) && count > 0 && millisecondsOf(duration) <= millisecondsOf(LONGEST)) return []
  return [problem(field, `Choose a whole number above zero, of at most ${inWords(LONGEST)}.`)]
}

function checkUsages({ keyUsage, extendedKeyUsage }: Profile): Problem[] {
  const bits: readonly KeyUsageBit[] = [...keyUsage.bits, ...keyUsage.rsaBits]
  const needsAgreement = (['encipherOnly', 'decipherOnly'] as const).filter((bit) => bits.includes(bit))
  const { purposes, critical } = extendedKeyUsage
  const isAnyCritical = critical && purposes.includes(EXTENDED_KEY_USAGES.anyExtendedKeyUsage)
  return [
    ...checkBits('/keyUsage/bits', keyUsage.bits),
    ...checkBits('/keyUsage/rsaBits', keyUsage.rsaBits),
    ...(needsAgreement.length > 0 && !bits.includes('keyAgreement')
      ? [problem('/keyUsage/bits', `${needsAgreement[0]} means nothing without keyAgreement.`, 'RFC 5280 §4.2.1.3')]
      : []),
    ...checkOids('/extendedKeyUsage/purposes', purposes),
    ...(isAnyCritical
      ? [problem('/extendedKeyUsage/critical', 'It is not critical with anyExtendedKeyUsage.', 'RFC 5280 §4.2.1.12')]
      : []),
    ...purposes.flatMap((purpose, at) =>
      purpose === EXTENDED_KEY_USAGES.OCSPSigning
        ? [
            problem(
              `/extendedKeyUsage/purposes/${at}`,
              'OCSPSigning is issued by the installation alone, to its responders.',
            ),
          ]
        : [],
    ),
  ]
}

function checkBits(field: string, bits: readonly KeyUsageBit[]): Problem[] {
  const unknown = bits.flatMap((bit, at) =>
    KEY_USAGE_BITS.includes(bit) ? [] : [problem(`${field}/${at}`, `"${String(bit).slice(0, 50)}" is no key usage.`)],
  )
  return [...unknown, ...repeated(field, bits)]
}

function checkBasicConstraints({ basicConstraints, keyUsage, extendedKeyUsage }: Profile): Problem[] {
  const signs = keyUsage.bits.includes('keyCertSign') || keyUsage.rsaBits.includes('keyCertSign')
  if (basicConstraints?.ca !== true) {
    return [
      ...(signs ? [problem('/keyUsage/bits', 'keyCertSign is for CAs.', 'RFC 5280 §4.2.1.9')] : []),
      ...(basicConstraints?.pathLength === undefined
        ? []
        : [problem('/basicConstraints/pathLength', 'A path length is for CAs.', 'RFC 5280 §4.2.1.9')]),
    ]
  }
  const { pathLength, critical } = basicConstraints
  const isNoLength = pathLength !== undefined && !(Number.isInteger(pathLength) && pathLength >= 0 && pathLength <= 100)
  return [
    ...(keyUsage.bits.includes('keyCertSign')
      ? []
      : [problem('/keyUsage/bits', 'A CA has keyCertSign.', 'RFC 5280 §4.2.1.3')]),
    ...(critical ? [] : [problem('/basicConstraints/critical', 'It is critical in CAs.', 'RFC 5280 §4.2.1.9')]),
    ...(isNoLength ? [problem('/basicConstraints/pathLength', 'Choose from 0 to 100, or no limit.')] : []),
    ...(extendedKeyUsage.purposes.includes(EXTENDED_KEY_USAGES.timeStamping)
      ? [problem('/extendedKeyUsage/purposes', 'A CA does not stamp times itself.', 'RFC 3161 §2.3')]
      : []),
  ]
}

function checkAddresses({ addresses }: Profile): Problem[] {
  if (addresses.aiaUrl === undefined) return []
  const fault = webAddressProblem(addresses.aiaUrl)
  if (fault !== undefined) return [problem('/addresses/aiaUrl', `"${addresses.aiaUrl.slice(0, 100)}" ${fault}.`)]
  return addresses.aia ? [] : [problem('/addresses/aiaUrl', 'It is written only when AIA is switched on.')]
}

function checkPolicies({ policies }: Profile): Problem[] {
  return [
    ...checkOids(
      '/policies',
      policies.map(({ policy }) => policy),
    ),
    ...policies.flatMap(({ userNotice }, at) => {
      const field = `/policies/${at}/userNotice`
      if (userNotice === undefined) return []
      const length = [...userNotice].length
      if (length < 1 || length > 200) return [problem(field, 'A notice has 1 to 200 characters.', 'RFC 5280 §4.2.1.4')]
      return /\p{Cc}/u.test(userNotice) || !userNotice.isWellFormed()
        ? [problem(field, 'A notice has no control characters, and none cut in half.', 'RFC 5280 §4.2.1.4')]
        : []
    }),
  ]
}

function checkExtensions({ copyExtensions, extraExtensions }: Profile): Problem[] {
  const why = (field: string, id: Oid, reason: string | undefined) =>
    reason === undefined ? [] : [problem(field, `The extension ${id} cannot stand here: ${reason}.`)]
  return [
    ...checkOids('/copyExtensions', copyExtensions),
    ...copyExtensions.flatMap((id, at) => why(`/copyExtensions/${at}`, id, whyNotCopied(id))),
    ...checkOids(
      '/extraExtensions',
      extraExtensions.map(({ id }) => id),
    ),
    ...extraExtensions.flatMap(({ id, value }, at) => [
      ...why(`/extraExtensions/${at}`, id, whyNotExtra(id)),
      ...checkExtensionValue(`/extraExtensions/${at}/value`, value),
    ]),
  ]
}

function checkExtensionValue(field: string, value: string): Problem[] {
  if (value.length > LARGEST_EXTENSION) return [problem(field, `It is longer than ${LARGEST_EXTENSION} characters.`)]
  try {
    oneElement(Uint8Array.fromBase64(value))
    return []
  } catch (error) {
    const fault = error instanceof DerError ? `It is not the DER of one value: ${error.message}.` : 'It is not base64.'
    return [problem(field, fault)]
  }
}

/**
 * One DER element and nothing more. Only its own header is looked at: what is inside is the template author's affair.
 */
function oneElement(der: Uint8Array): void {
  const [tag, first = 0] = der
  if (tag === undefined || (tag & 0x1f) === 0x1f) throw new DerError('expected an element')
  const count = first < 0x80 ? 0 : first & 0x7f
  if (first === 0x80 || count > 2) throw new DerError('expected a definite length')
  const length = count === 0 ? first : der.subarray(2, 2 + count).reduce((sum, octet) => sum * 256 + octet, 0)
  if (count > 0 && length < (count === 1 ? 0x80 : 0x100)) throw new DerError('a length in more octets than it needs')
  if (der.length !== 2 + count + length)
    throw new DerError(`${length} octets announced, ${der.length - 2 - count} there`)
}

function checkRules({ allow }: Profile): Problem[] {
  if (allow === undefined) return []
  return ALLOW_RULE_TYPES.flatMap((type) =>
    allow[type].flatMap((rule, at) => {
      const fault = checkAllowRule(type, rule)
      return fault === undefined ? [] : [problem(`/allow/${type}/${at}`, fault)]
    }),
  )
}

function checkOids(field: string, ids: readonly Oid[]): Problem[] {
  const wrong = ids.flatMap((id, at) =>
    isOid(id)
      ? []
      : [problem(`${field}/${at}`, `"${id.slice(0, 60)}" is not an object identifier such as 1.3.6.1.4.1.55555.1.`)],
  )
  return [...wrong, ...repeated(field, ids)]
}

function repeated(field: string, values: readonly string[]): Problem[] {
  return values.flatMap((value, at) =>
    values.indexOf(value) === at ? [] : [problem(`${field}/${at}`, `${value.slice(0, 60)} is there twice.`)],
  )
}

function problem(field: string, detail: string, cites?: string): Problem {
  return { field, detail, ...(cites && { cites }) }
}
