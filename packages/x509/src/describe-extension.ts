import { ACCESS_METHODS, type AccessDescription, AuthorityInfoAccess, SubjectInfoAccess } from './address-extensions.ts'
import { DerError } from './der/der-error.ts'
import type { Oid } from './der/oid.ts'
import { extensionNamed } from './extension-types.ts'
import type { Extension, ExtensionType } from './extensions.ts'
import { AuthorityKeyIdentifier } from './key-identifier-extensions.ts'
import { nameToString } from './name-string.ts'
import { serialToHex } from './serial-number.ts'
import { ExtendedKeyUsage, extendedKeyUsageName } from './usage-extensions.ts'

/** An extension for people: plain JSON, octets in hex, names as text. */
export interface DescribedExtension {
  readonly id: Oid
  /** The standard's name, where the extension is known here. */
  readonly name?: string
  readonly critical: boolean
  /** What it says; absent for an extension that is not known here, or whose value is broken. */
  readonly value?: unknown
  /** What stands inside its OCTET STRING. */
  readonly hex: string
}

/** Explains an extension. Never throws: what cannot be read is shown as its octets. */
export function describeExtension({ id, critical, value }: Extension): DescribedExtension {
  const type = extensionNamed(id)
  const read = DESCRIBERS.get(id) ?? (type && ((octets: Uint8Array) => plain(type.codec.decode(octets))))
  const said = read && readable(() => read(value))
  return {
    id,
    ...(type && { name: type.name }),
    critical,
    ...(said !== undefined && { value: said }),
    hex: value.toHex(),
  }
}

/** Where identifiers and numbers have names that people know. */
const DESCRIBERS = new Map<Oid, (octets: Uint8Array) => unknown>([
  describer(ExtendedKeyUsage, (purposes) => purposes.map(extendedKeyUsageName)),
  describer(AuthorityInfoAccess, (access) => access.map(describeAccess)),
  describer(SubjectInfoAccess, (access) => access.map(describeAccess)),
  describer(AuthorityKeyIdentifier, ({ authorityCertSerialNumber: serial, ...rest }) => ({
    ...asObject(plain(rest)),
    ...(serial !== undefined && { authorityCertSerialNumber: serialToHex(serial) }),
  })),
])

const methodNames = new Map<Oid, string>(Object.entries(ACCESS_METHODS).map(([name, id]) => [id, name]))

function describeAccess({ method, location }: AccessDescription): unknown {
  return { method: methodNames.get(method) ?? method, location: plain(location) }
}

function describer<T>(
  type: ExtensionType<T>,
  describe: (value: T) => unknown,
): readonly [Oid, (octets: Uint8Array) => unknown] {
  return [type.id, (octets) => describe(type.codec.decode(octets))]
}

/** A decoded value as JSON takes it. As deep as our codecs go, whatever the octets are. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.toHex()
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  if (isName(value)) return nameToString(value)
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .map(([key, part]) => [key, plain(part)]),
  )
}

function isName(value: object): value is Parameters<typeof nameToString>[0] {
  return 'rdns' in value && 'der' in value
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof DerError) return undefined
    throw error
  }
}
